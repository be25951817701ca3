#include <tubes/bus/error.hpp>

#include "login_fixture.hpp"

namespace tubes::irc {
namespace {

TEST_CASE("NickServ is told first, and the channels wait for its answer") {
  for (const char* answer : {":s 900 bot bot!u@h bot :You are now logged in as bot",
                             ":NickServ!n@s NOTICE bot :You are now identified for \x02bot\x02.",
                             ":NickServ!n@s NOTICE bot :Invalid password for bot."}) {
    Conversation c{with_nickserv()};
    c.session.connected(c.now);
    CHECK(
        c.server(":s 001 bot :Welcome").bytes.ends_with("PRIVMSG NickServ :IDENTIFY hunter2\r\n"));
    CHECK(c.server(":s 376 bot :End of /MOTD").bytes.empty());
    CHECK(c.server(":NickServ!n@s NOTICE bot :This nick is registered, identify via …")
              .bytes.empty());
    CHECK(c.server(":NickServ!n@s NOTICE bot :please choose a different nick.").bytes.empty());
    CHECK(c.server(":nick!n@s NOTICE bot :hello").bytes.empty());
    CHECK(c.server(answer).bytes == "JOIN #a,#b\r\n");
  }
}

TEST_CASE("NickServ's answer before the end of the MOTD leaves the channels to wait for that") {
  Conversation c{with_nickserv()};
  c.session.connected(c.now);
  c.server(":s 001 bot :Welcome");
  CHECK(c.server(":s 900 bot bot!u@h bot :You are now logged in as bot").bytes.empty());
  CHECK(c.server(":s 376 bot :End of /MOTD").bytes == "JOIN #a,#b\r\n");
}

TEST_CASE("a NickServ that does not answer in 5 s, or is not there, holds nothing up") {
  Conversation c{with_nickserv()};
  c.register_as("bot");
  CHECK(c.session.next_deadline(c.now) == c.now + 5s);
  CHECK(c.tick(4s).bytes.empty());
  const auto late = c.tick(1s);
  CHECK(late.bytes == "JOIN #a,#b\r\n");
  CHECK(late.warnings.size() == 1);
  Conversation wrong{with_nickserv()};
  wrong.register_as("bot");
  CHECK(wrong.server(":NickServ!n@s NOTICE bot :Invalid password hunter2 for bot.").warnings ==
        std::vector<std::string>{"NickServ did not log us in: Invalid password *** for bot."});
  Conversation without{with_nickserv()};
  without.register_as("bot");
  const auto output = without.server(":s 401 bot NickServ :No such nick");
  CHECK(output.bytes == "JOIN #a,#b\r\n");
  CHECK(output.warnings == std::vector<std::string>{"401 NickServ No such nick"});
}

TEST_CASE("NickServ is told the account under another nick, and nothing after SASL") {
  Conversation c{with_nickserv()};
  c.session.connected(c.now);
  c.server(":s 433 * bot :In use");
  CHECK(c.server(":s 001 bot_ :Welcome").bytes == "PRIVMSG NickServ :IDENTIFY bot hunter2\r\n");
  auto options = with_nickserv();
  options.nickserv->account = "mine";
  Conversation named{options};
  named.session.connected(named.now);
  named.session.take();
  CHECK(named.server(":s 001 bot :Welcome").bytes == "PRIVMSG NickServ :IDENTIFY mine hunter2\r\n");
  auto both = with_sasl({"PLAIN"}, false);
  both.nickserv = NickservOptions{secret, ""};
  LoginConversation logged_in{both};
  logged_in.say_password();
  logged_in.server(":s 903 * :yes");
  CHECK(logged_in.server(":s 001 bot :Welcome").bytes.empty());
  LoginConversation refused{both};
  refused.say_password();
  refused.server(":s 904 * :no");
  CHECK(refused.server(":s 001 bot :Welcome").bytes == "PRIVMSG NickServ :IDENTIFY hunter2\r\n");
}

TEST_CASE("a password that fits no line to NickServ is refused at the start, and not shown") {
  for (const char* bad : {"hunter2\r\nQUIT", "hunter2 x"}) {
    auto options = with_nickserv();
    options.nickserv->password = bad;
    try {
      Session{options};
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK_FALSE(has(error.what(), secret));
    }
  }
}

}  // namespace
}  // namespace tubes::irc
