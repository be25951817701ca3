#include <cstdlib>
#include <fstream>
#include <sstream>

#include <tubes/clients/services/form.hpp>
#include <tubes/clients/services/hook.hpp>

#include "fixture.hpp"

using namespace tubes;
using namespace tubes::test;

namespace {

/// The body of a webhook: with the structure of those that GitHub sends today, less of its links.
std::string recorded(const std::string& event) {
  std::ifstream file(std::string(std::getenv("TUBES_SOURCE_DIR")) + "/tests/unit/services/github/" +
                     event + ".json");
  std::stringstream text;
  text << file.rdbuf();
  REQUIRE(file);
  return text.str();
}

struct Github : Stage {
  Github() { start("github", R"({"channels": ["#dev"]})"); }
};

}  // namespace

TEST_CASE_FIXTURE(Github, "a push is told with its commits, three at most") {
  posts("github", recorded("push"));
  CHECK(take_said() ==
        Strings{"#dev octo-org/octo-repo: octocat pushed 4 commits to main: "
                "https://github.com/octo-org/octo-repo/compare/6113728f27ae...0d1a26e67d8f",
                "#dev 7c9a1b2 Read the configuration once (Mona Lisa)",
                "#dev 58c0dd1 Say what is wrong with it (Mona Lisa)",
                "#dev 9f3e6a4 Test both (Hubot)"});
}

TEST_CASE_FIXTURE(Github, "a branch that is deleted or created is told") {
  posts("github", recorded("push_deleted"));
  auto body = nlohmann::json::parse(recorded("push_deleted"));
  body["deleted"] = false;
  body["created"] = true;
  posts("github", body.dump());
  body["created"] = false;
  body["forced"] = true;
  body["compare"] = "https://x";
  posts("github", body.dump());
  CHECK(take_said() ==
        Strings{"#dev octo-org/octo-repo: octocat deleted old-branch",
                "#dev octo-org/octo-repo: octocat created old-branch",
                "#dev octo-org/octo-repo: octocat pushed 0 commits to old-branch, by force: "
                "https://x"});
}

TEST_CASE_FIXTURE(Github, "pull requests, issues, releases and workflows are told") {
  posts("github", recorded("pull_request_opened"));
  posts("github", recorded("pull_request_merged"));
  posts("github", recorded("issues_opened"));
  posts("github", recorded("release_published"));
  posts("github", recorded("workflow_run_completed"));
  CHECK(take_said() ==
        Strings{"#dev octo-org/octo-repo: octocat opened pull request #2 Update the README: "
                "https://github.com/octo-org/octo-repo/pull/2",
                "#dev octo-org/octo-repo: octocat merged pull request #2 Update the README: "
                "https://github.com/octo-org/octo-repo/pull/2",
                "#dev octo-org/octo-repo: octocat opened issue #7 Spelling error in the README: "
                "https://github.com/octo-org/octo-repo/issues/7",
                "#dev octo-org/octo-repo: octocat released v1.2.0: "
                "https://github.com/octo-org/octo-repo/releases/tag/v1.2.0",
                "#dev octo-org/octo-repo: workflow CI on main: failure: "
                "https://github.com/octo-org/octo-repo/actions/runs/289782451"});
}

TEST_CASE_FIXTURE(Stage, "a channel that is none is refused with its place") {
  CHECK(refusal("github", R"({"channels": ["#dev", "dev"]})") ==
        "services.json: github.channels.1: expected a channel such as #tubes, found \"dev\"");
}

TEST_CASE_FIXTURE(Github, "a workflow whose file is gone has the name of its run") {
  auto body = nlohmann::json::parse(recorded("workflow_run_completed"));
  body["workflow"] = nullptr;
  body["workflow_run"]["name"] = "old CI";
  posts("github", body.dump());
  CHECK(take_said().at(0).find("workflow old CI on main: failure") != std::string::npos);
}

TEST_CASE_FIXTURE(Github, "what nobody wants to read of is passed over, and other hooks are") {
  posts("github", recorded("issue_comment"));
  posts("github", R"({"zen": "Design for failure.", "hook_id": 1})");
  posts("gitlab", recorded("push"));
  CHECK(take_said().empty());
  CHECK(logged.empty());
}

TEST_CASE_FIXTURE(Github, "a body in the form of 2012 is the same") {
  posts("github", nlohmann::json{{"payload", recorded("release_published")}}.dump());
  CHECK(take_said() == Strings{"#dev octo-org/octo-repo: octocat released v1.2.0: "
                               "https://github.com/octo-org/octo-repo/releases/tag/v1.2.0"});
}

TEST_CASE_FIXTURE(Github, "a body that lacks what it should have is told to the log, and no end") {
  posts("github", R"({"payload": "no JSON"})");
  posts("github", R"({"commits": [1], "ref": 7})");
  posts("github", R"([1, 2])");
  posts("github", R"("text")");
  CHECK(logged.size() == 2);
  posts("github", recorded("push_deleted"));
  CHECK(take_said().size() == 1);
}

TEST_CASE_FIXTURE(Stage, "a release is told as it was in 2012, whatever way it came") {
  start("release", R"({"channels": ["#a", "#b"], "network": "libera"})");
  posts("release",
        R"({"payload": "{\"branch\":\"main\",\"status\":\"done\",\"hostname\":\"web1\"}"})");
  CHECK(take_said() ==
        Strings{"#a release of main done on web1", "#b release of main done on web1"});
  posts("release", R"({"branch": "x", "status": "failed", "hostname": "web2"})");
  CHECK(take_said().size() == 2);
  posts("release", R"({"branch": "x"})");
  posts("release", R"({"branch": 1, "status": 2, "hostname": 3})");
  CHECK(take_said().empty());
  CHECK(logged.size() == 2);
}

TEST_CASE_FIXTURE(Stage, "without channels the bridge's admin channels are told") {
  start("release", "{}");
  const std::string body = R"({"branch": "main", "status": "done", "hostname": "web1"})";
  posts("release", body);
  CHECK(take_said().empty());
  CHECK(logged.size() == 1);
  bus->put("admin_spew_channels", "#x,#y");
  posts("release", body);
  CHECK(take_said() == Strings{"#x,#y release of main done on web1"});
}

TEST_CASE("the fields of a form are read as browsers write them") {
  using services::form_fields;
  CHECK(form_fields("a=1&b=x+y%26z&c").dump() == R"({"a":"1","b":"x y&z","c":""})");
  CHECK(form_fields("a=1&a=2&a=3").dump() == R"({"a":["1","2","3"]})");
  CHECK(form_fields("&&=x&%zz=%4&%e4=").dump() == R"({"":"x","%zz":"%4","�":""})");
  CHECK(form_fields("").dump() == "{}");
}

TEST_CASE("a signature is the one that GitHub documents") {
  CHECK(services::github_signature("It's a Secret to Everybody", "Hello, World!") ==
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
}
