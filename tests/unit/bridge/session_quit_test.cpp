#include <tubes/bus/error.hpp>

#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

/// A session that may say a line a second, and has said five of eight.
struct Talkative : Conversation {
  Talkative() : Conversation(options()) {
    register_as("bot");
    tick(20s);
    session.perform(now, say("#a", "1\n2\n3\n4\n5\n6\n7\n8"));
    session.take();
  }
  static SessionOptions options() {
    auto options = bot_options();
    options.flood = {5, 1};
    return options;
  }
};

TEST_CASE("quitting says goodbye at once if nothing waits") {
  Conversation c;
  c.register_as("bot");
  c.session.quit(c.now, "bye", 10s);
  CHECK(c.session.take().bytes == "QUIT :bye\r\n");
  CHECK(c.session.said_goodbye());
}

TEST_CASE("quitting says what waits first, at the pace of the flood control") {
  Talkative c;
  c.session.quit(c.now, "bye", 10s);
  CHECK(c.session.take().bytes.empty());
  CHECK_FALSE(c.session.said_goodbye());
  CHECK(c.tick(1s).bytes == "PRIVMSG #a :6\r\n");
  CHECK(c.tick(1s).bytes == "PRIVMSG #a :7\r\n");
  const auto last = c.tick(1s);
  CHECK(last.bytes == "PRIVMSG #a :8\r\nQUIT :bye\r\n");
  CHECK(last.warnings.empty());
}

TEST_CASE("quitting waits no longer than it may, and tells how much is not said") {
  Talkative c;
  c.session.quit(c.now, "bye", 1500ms);
  CHECK(c.tick(1s).bytes == "PRIVMSG #a :6\r\n");
  CHECK(c.session.next_deadline(c.now) == c.now + 500ms);
  const auto last = c.tick(500ms);
  CHECK(last.bytes == "QUIT :bye\r\n");
  CHECK(last.warnings == std::vector<std::string>{"not sent: bye after 6 of 8 lines of a message"});
}

TEST_CASE("nothing follows the goodbye, whatever happens") {
  Conversation c;
  c.register_as("bot");
  c.session.quit(c.now, "bye");
  c.session.take();
  c.server(":eve!e@h KICK #a bot :out");
  CHECK(c.tick(10s).bytes.empty());
  c.session.closed(c.now, "gone");
  CHECK(c.register_as("bot").bytes == "JOIN #a,#b\r\n");
}

TEST_CASE("after the goodbye nothing is due but the silence of the server") {
  Conversation c;
  c.register_as("bot");
  c.session.quit(c.now, "bye");
  c.session.perform(c.now, say("#a", "too late"));
  CHECK(c.tick(0s).bytes.find("PRIVMSG") == std::string::npos);
  CHECK(c.session.next_deadline(c.now) > c.now + 60s);
}

TEST_CASE("a kick is not followed by a JOIN while we are going") {
  Talkative c;
  c.server(":bot!b@h JOIN #b");
  c.session.quit(c.now, "bye", 10s);
  c.server(":eve!e@h KICK #b bot :out");
  CHECK(c.tick(6s).bytes.find("JOIN") == std::string::npos);
}

TEST_CASE("a reason that fits no line is refused") {
  Conversation c;
  c.register_as("bot");
  CHECK_THROWS_AS(c.session.quit(c.now, "bye\r\nJOIN #c"), Error);
}

}  // namespace
}  // namespace tubes::irc
