#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>

#include <doctest/doctest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <tubes/bridge/sts_store.hpp>
#include <tubes/tests/support/temp_folder.hpp>

namespace tubes::bridge {
namespace {

const Endpoint plain{"irc.example.org", 6667, false};
const Endpoint secure{"irc.example.org", 6697, true};
const Endpoint other{"other.example.org", 6667, false};

/// What is logged while it lives.
class Logged {
 public:
  Logged() {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_st>(text_)));
  }
  ~Logged() { spdlog::set_default_logger(before_); }
  std::string take() {
    const auto text = text_.str();
    text_.str("");
    return text;
  }

 private:
  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
  std::ostringstream text_;
};

struct StateFile {
  test::TempFolder folder;
  std::string file = (folder.path() / "state.json").string();
  Logged log;

  void write(const std::string& text) const { std::ofstream{file} << text; }
  std::string read() const {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
};

TEST_CASE_FIXTURE(StateFile, "policies are remembered in the file, and nothing is beside it") {
  {
    StsStore store{file};
    CHECK(store.begin(plain) == plain);
    CHECK_FALSE(std::filesystem::exists(file));
    store.offered(secure, "duration=1000");
    store.offered({"gone.example.org", 6697, true}, "duration=1000");
    store.offered({"gone.example.org", 6697, true}, "duration=0");
  }
  StsStore store{file};
  CHECK(store.begin(plain) == secure);
  CHECK(read().find("gone.example.org") == std::string::npos);
  const auto entries = std::filesystem::directory_iterator{folder.path()};
  CHECK(std::distance(begin(entries), end(entries)) == 1);
  CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms::all) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(log.take().empty());
}

TEST_CASE_FIXTURE(StateFile, "the end of a connection renews the policy in the file") {
  write(R"({"sts": {"irc.example.org": {"port": 6697, "duration": 1000, "expires": 4000000000}}})");
  StsStore store{file};
  store.ended(secure);
  CHECK(read().find("4000000000") == std::string::npos);
  CHECK(read().find("\"duration\": 1000") != std::string::npos);
}

TEST_CASE_FIXTURE(StateFile, "a policy that expired while nothing ran is gone") {
  write(R"({"sts": {"irc.example.org": {"port": 6697, "duration": 1000, "expires": 1000000}}})");
  StsStore store{file};
  CHECK(store.begin(plain) == plain);
}

TEST_CASE_FIXTURE(StateFile, "a broken file is a warning, and is written anew at the next change") {
  struct Case {
    const char *text, *why;
  };
  for (const auto& [text, why] : std::initializer_list<Case>{
           {"", ": cannot be read; is it there, and a JSON file?"},
           {R"({"sts": {)", "this is not valid JSON"},
           {"[]", ": expected an object, found an array"},
           {R"({"sts": 7})", ": sts: expected an object, found a number"}}) {
    write(text);
    StsStore store{file};
    const auto warning = log.take();
    CHECK(warning.find(file + ": ") != std::string::npos);
    CHECK(warning.find(why) != std::string::npos);
    CHECK(warning.find("the state in it is lost") != std::string::npos);
    CHECK(store.begin(plain) == plain);
    store.offered(secure, "duration=1000");
    CHECK(StsStore{file}.begin(plain) == secure);
  }
}

TEST_CASE_FIXTURE(StateFile, "a broken policy is a warning, and costs no other") {
  for (const char* broken : {"7", "{}", R"({"port": 0, "duration": 1, "expires": 4000000000})",
                             R"({"port": 70000, "duration": 1, "expires": 4000000000})",
                             R"({"port": 6697, "duration": 1.5, "expires": 4000000000})",
                             R"({"port": 6697, "duration": 1e30, "expires": 4000000000})",
                             R"({"port": 6697, "duration": 1, "expires": "never"})"}) {
    CAPTURE(broken);
    write(R"({"sts": {"other.example.org": )" + std::string{broken} +
          R"(, "irc.example.org": {"port": 6697, "duration": 1000, "expires": 4000000000}}})");
    StsStore store{file};
    CHECK(log.take().find(": sts.other.example.org") != std::string::npos);
    CHECK(store.begin(plain) == secure);
    CHECK(store.begin(other) == other);
  }
}

TEST_CASE_FIXTURE(StateFile, "a file that cannot be written is one warning, and memory serves") {
  StsStore store{(folder.path() / "nowhere" / "state.json").string()};
  store.offered(secure, "duration=1000");
  CHECK(log.take().find("state.json (No such file or directory)") != std::string::npos);
  store.offered(secure, "duration=2000");
  CHECK(log.take().empty());
  CHECK(store.begin(plain) == secure);
}

TEST_CASE_FIXTURE(StateFile, "without a file policies are kept in memory") {
  StsStore store{""};
  store.offered(secure, "duration=1000");
  CHECK(store.begin(plain) == secure);
  CHECK(log.take().empty());
}

}  // namespace
}  // namespace tubes::bridge
