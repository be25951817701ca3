#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

constexpr const char* question = "PRIVMSG bot :\x01VERSION\x01";
constexpr const char* answer = "NOTICE eve :\x01VERSION Tubes 1.0\x01\r\n";

struct Answering : Conversation {
  static SessionOptions answering() {
    auto options = bot_options();
    options.ctcp.version = "Tubes 1.0";
    return options;
  }
  Answering() : Conversation(answering()) {
    register_as("bot");
    tick(60s);  // so that nothing waits
  }
  std::string asked(const std::string& by, const std::string& tags = "") {
    return server(tags + ":" + by + " " + question).bytes;
  }
};

TEST_CASE_FIXTURE(Answering, "a question of CTCP is answered, and is no event") {
  const auto output = server(std::string{":eve!e@h "} + question);
  CHECK(output.bytes == answer);
  CHECK(output.events.empty());
  CHECK(output.warnings.empty());
}

TEST_CASE_FIXTURE(Answering, "neither our own questions nor those played back are answered") {
  CHECK(asked("bot!u@h").empty());
  server("@time=2026-11-27T12:00:00.000Z :bot!u@h JOIN #a");
  CHECK(
      server("@time=2026-11-27T11:00:00.000Z :eve!e@h PRIVMSG #a :\x01VERSION\x01").bytes.empty());
  CHECK_FALSE(asked("eve!e@h").empty());
}

TEST_CASE("before the server lets us in nobody is answered") {
  Conversation c{Answering::answering()};
  c.session.connected(c.now);
  c.server(std::string{":eve!e@h "} + question);
  const auto output = c.register_as("bot");
  CHECK(output.bytes.find("NOTICE") == std::string::npos);
  CHECK(c.tick(60s).bytes.find("NOTICE") == std::string::npos);
}

TEST_CASE_FIXTURE(Answering, "while anything waits to be said there are no answers") {
  for (int i = 0; i < 6; ++i) session.perform(now, say("#a", "x"));
  session.take();
  CHECK(asked("eve!e@h").empty());
  CHECK(tick(60s).bytes == "PRIVMSG #a :x\r\n");
  CHECK(asked("eve!e@h") == answer);
}

TEST_CASE_FIXTURE(Answering, "a thousand questions make us say three things") {
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += asked("eve" + std::to_string(i) + "!e@h");
  bytes += tick(9s).bytes;
  CHECK(std::count(bytes.begin(), bytes.end(), '\n') == 3);
}

}  // namespace
}  // namespace tubes::irc
