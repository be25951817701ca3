#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

/// A session that came while another had its nick.
struct Displaced : Conversation {
  explicit Displaced(const std::string& isupport = "NICKLEN=30") {
    session.connected(now);
    server(":s 433 * bot :In use");
    server(":s 001 bot_ :Welcome");
    server(":s 005 bot_ " + isupport + " :are supported by this server");
    joining = server(":s 376 bot_ :End of /MOTD").bytes;
  }
  std::string joining;
};

TEST_CASE("our nick is taken back when who had it quits or takes another") {
  for (const char* sign : {":bot!x@y QUIT :bye", ":BOT!x@y NICK other"}) {
    Displaced c;
    CHECK(c.joining == "JOIN #a,#b\r\n");
    CHECK(c.server(":eve!e@h QUIT :bye").bytes.empty());
    CHECK(c.server(sign).bytes == "NICK bot\r\n");
    CHECK(c.server(":bot_!u@h NICK bot").bytes.empty());
    CHECK(c.session.nick() == "bot");
    CHECK(c.server(":bot!u@h NICK other").bytes.empty());
    CHECK(c.server(":bot!x@y QUIT :bye").bytes.empty());
  }
}

TEST_CASE("a server with MONITOR tells when our nick is free") {
  for (const char* token : {"MONITOR=100", "MONITOR"}) {
    Displaced c{token};
    CHECK(c.joining == "MONITOR + bot\r\nJOIN #a,#b\r\n");
    CHECK(c.server(":s 730 bot_ :bot!x@y").bytes.empty());
    CHECK(c.server(":s 731 bot_ :eve").bytes.empty());
    CHECK(c.server(":s 731 bot_ :eve,Bot").bytes == "NICK bot\r\n");
    CHECK(c.server(":bot_!u@h NICK bot").bytes == "MONITOR - bot\r\n");
    CHECK(c.server(":s 731 bot :bot").bytes.empty());
  }
}

TEST_CASE("our nick is asked for once for a sign, and once in 10 s at most") {
  Displaced c;
  CHECK(c.server(":bot!x@y QUIT :bye").bytes == "NICK bot\r\n");
  CHECK(c.server(":s 433 bot_ bot :In use").bytes.empty());
  for (int i = 0; i < 5; ++i) CHECK(c.server(":bot!x@y QUIT :bye").bytes.empty());
  CHECK(c.session.next_deadline(c.now) == c.now + 10s);
  CHECK(c.tick(9s).bytes.empty());
  CHECK(c.tick(1s).bytes == "NICK bot\r\n");
  CHECK(c.tick(60s).bytes.empty());
}

TEST_CASE("who has its nick, or asked for another, wants none back") {
  Conversation c;
  CHECK(c.register_as("bot").bytes == "JOIN #a,#b\r\n");
  CHECK(c.server(":bot!u@h NICK other").bytes.empty());
  CHECK(c.server(":bot!x@y QUIT :bye").bytes.empty());
  Displaced renamed{"MONITOR=1"};
  renamed.session.perform(renamed.now, raw("NICK robot"));
  CHECK(renamed.session.take().bytes == "MONITOR - bot\r\nNICK robot\r\n");
  CHECK(renamed.server(":s 731 bot_ :bot").bytes.empty());
}

TEST_CASE("a nick that the server finds wrong is not wanted back") {
  Conversation c;
  c.session.connected(c.now);
  c.server(":s 432 * bot :Erroneous nickname");
  c.server(":s 001 bot_ :Welcome");
  c.server(":s 376 bot_ :End of /MOTD");
  CHECK(c.server(":bot!x@y QUIT :bye").bytes.empty());
}

TEST_CASE("each connection begins with the wanted nick, and looks out for no other's") {
  Displaced c;
  c.session.closed(c.now, "gone");
  c.register_as("bot");
  CHECK(c.server(":bot!x@y QUIT :bye").bytes.empty());
}

}  // namespace
}  // namespace tubes::irc
