#include <string>
#include <thread>

#include <httplib.h>

#include <tubes/clients/services/hook.hpp>
#include <tubes/tests/support/certificate.hpp>
#include <tubes/tests/support/temp_folder.hpp>

#include "fixture.hpp"

using namespace tubes;
using namespace tubes::test;

namespace {

struct Hooks : Stage {
  std::vector<WebIn> got;

  Hooks() {
    irc->on<WebIn>([this](const WebIn& hook) {
      std::lock_guard lock(mutex);
      got.push_back(hook);
    });
    start("webhooks", R"({"listen": "127.0.0.1:0", "max_bytes": 20000, "hooks": {
            "plain": {"open": true}, "secret": {"bearer": "s3cret"},
            "github": {"github_secret": "gh"}}})");
  }
  httplib::Client client() { return httplib::Client("127.0.0.1", port()); }
  int port() {
    REQUIRE(logged.at(0).starts_with("webhooks: listening at 127.0.0.1:"));
    return std::stoi(logged[0].substr(logged[0].rfind(':') + 1));
  }
  int post(const std::string& path, const std::string& body,
           const std::string& type = "application/json", const httplib::Headers& headers = {}) {
    const auto result = client().Post(path, headers, body, type);
    REQUIRE(result);
    return result->status;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Hooks, "JSON and forms are published on web_in, as in 2012") {
  CHECK(post("/plain", R"({"a": [1, null]})", "application/json; charset=utf-8") == 202);
  CHECK(post("/plain", "payload=%7B%22branch%22%3A%22x%22%7D&b=1+2",
             "application/x-www-form-urlencoded") == 202);
  REQUIRE(got.size() == 2);
  CHECK(got[0] == WebIn{"plain", R"({"a": [1, null]})"});
  CHECK(got[1] == WebIn{"plain", R"({"b":"1 2","payload":"{\"branch\":\"x\"}"})"});
}

TEST_CASE_FIXTURE(Hooks, "a form may be as long as any body") {
  CHECK(post("/plain", "payload=" + std::string(15'000, 'x'),
             "application/x-www-form-urlencoded") == 202);
}

TEST_CASE_FIXTURE(Hooks, "a shared secret is checked") {
  CHECK(post("/secret", "1") == 401);
  CHECK(post("/secret", "1", "application/json", {{"Authorization", "Bearer wrong"}}) == 401);
  CHECK(post("/secret", "1", "application/json", {{"Authorization", "Bearer s3cre"}}) == 401);
  CHECK(got.empty());
  CHECK(post("/secret", "1", "application/json", {{"Authorization", "Bearer s3cret"}}) == 202);
  CHECK(got.size() == 1);
}

TEST_CASE_FIXTURE(Hooks, "GitHub's signature is checked, over the body as it came") {
  const std::string body = R"({ "zen": "x" })";
  const auto signed_with = [&](const char* secret) {
    return httplib::Headers{{"X-Hub-Signature-256", services::github_signature(secret, body)}};
  };
  CHECK(post("/github", body) == 401);
  CHECK(post("/github", body, "application/json", signed_with("other")) == 401);
  CHECK(post("/github", body + " ", "application/json", signed_with("gh")) == 401);
  CHECK(post("/github", body, "application/json", signed_with("gh")) == 202);
  CHECK(got.size() == 1);
}

TEST_CASE_FIXTURE(Hooks, "what cannot be taken is refused with a reason, and told to the log") {
  CHECK(post("/nowhere", "1") == 404);
  const auto got_page = client().Get("/plain");
  REQUIRE(got_page);
  CHECK(got_page->status == 405);
  CHECK(got_page->get_header_value("Allow") == "POST");
  CHECK(post("/plain/deeper", "1") == 404);
  CHECK(post("/plain", "{") == 400);
  CHECK(post("/plain", "\"\xff\"") == 400);
  CHECK(post("/plain", std::string(9'000, '[') + std::string(9'000, ']')) == 400);
  CHECK(post("/plain", "text", "text/plain") == 415);
  CHECK(post("/plain", std::string(20'001, '1')) == 413);
  CHECK(got.empty());
  CHECK(logged.size() >= 5);
}

TEST_CASE_FIXTURE(Hooks, "while the bus is closed a sender is told to come again") {
  bus->close();
  CHECK(post("/plain", "1") == 503);
}

TEST_CASE_FIXTURE(Hooks, "a port that has a server is not shared with another") {
  Stage other;
  try {
    other.start("webhooks", R"({"listen": "127.0.0.1:)" + std::to_string(port()) +
                                R"(", "hooks": {"x": {"open": true}}})");
    FAIL("two listen at one port");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("is the port taken") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(Stage, "beyond loopback there is TLS, or the word insecure") {
  CHECK(refusal("webhooks", R"({"listen": "0.0.0.0:0", "hooks": {"x": {"open": true}}})")
            .find("needs \"tls\"") != std::string::npos);
  start("webhooks", R"({"listen": "0.0.0.0:0", "insecure": true, "hooks": {"x": {"open": true}}})");
}

TEST_CASE_FIXTURE(Stage, "a hook with TLS has the certificate that was configured") {
  const TempFolder folder;
  const auto certificate = Certificate::self_signed("IP:127.0.0.1");
  const auto files = certificate.write(folder.path(), "server");
  start("webhooks",
        R"({"listen": "127.0.0.1:0", "hooks": {"x": {"open": true}}, "tls": {"certificate": ")" +
            files.certificate + R"(", "key": ")" + files.key + R"("}})");
  httplib::SSLClient client("127.0.0.1", std::stoi(logged.at(0).substr(logged[0].rfind(':') + 1)));
  client.set_ca_cert_path(files.certificate.c_str());
  client.enable_server_certificate_verification(true);
  const auto result = client.Post("/x", "1", "application/json");
  REQUIRE(result);
  CHECK(result->status == 202);
}

TEST_CASE_FIXTURE(Stage, "hooks want one kind of secret, addresses a port, certificates a file") {
  const auto contains = [&](const std::string& options, const char* what) {
    return refusal("webhooks", options).find(what) != std::string::npos;
  };
  CHECK(contains("{}", "at least one hook"));
  CHECK(contains(R"({"listen": "127.0.0.1:0", "hooks": {"x": {}}})", "hooks.x: expected one of"));
  CHECK(contains(R"({"hooks": {"x": {"bearer": "a", "open": true}}})", "expected one of"));
  CHECK(contains(R"({"listen": "localhost", "hooks": {"x": {"open": true}}})", "listen"));
  CHECK(contains(R"({"listen": "127.0.0.1:99999", "hooks": {"x": {"open": true}}})", "listen"));
  CHECK(contains(R"({"tls": {"certificate": "/nowhere", "key": "/nowhere"}, "hooks": {}})",
                 "/nowhere"));
}
