#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

/// A session that is in its channels #a and #b.
struct InChannels : Conversation {
  InChannels() {
    session.connected(now);
    server(":s 001 bot :Welcome");
    server(":s 005 bot BOT=B :are supported");
    server(":s 376 bot :End of /MOTD");
    server(":bot!b@h JOIN #a");
    server(":bot!b@h JOIN #b");
    tick(20s);
  }
  Session::Output change(void (*how)(SessionOptions&)) {
    how(options);
    session.change(now, options);
    return session.take();
  }
  SessionOptions options = bot_options();
};

TEST_CASE("channels that are configured while it lasts are joined, others are left") {
  InChannels c;
  CHECK(c.change([](auto& o) { o.channels = {"#B", "#c key"}; }).bytes ==
        "PART #a\r\nJOIN #c key\r\n");
  CHECK(c.change([](auto& o) { o.channels = {"#b", "#c other"}; }).bytes == "JOIN #c other\r\n");
  c.server(":bot!b@h JOIN #c");
  CHECK(c.change([](auto& o) { o.channels = {"#b", "#c third"}; }).bytes.empty());
}

TEST_CASE("what was joined or left on request stays so when the configuration changes") {
  InChannels c;
  c.session.perform(c.now, raw("PART #a"));
  c.server(":bot!b@h PART #a");
  c.server(":bot!b@h JOIN #asked");
  c.session.take();
  CHECK(c.change([](auto& o) { o.channels = {"#a", "#b", "#c"}; }).bytes == "JOIN #c\r\n");
  c.session.closed(c.now, "gone");
  CHECK(c.register_as("bot").bytes == "JOIN #b,#asked,#c\r\n");
}

TEST_CASE("changes that come before the server lets us in hold when it does") {
  Conversation c;
  auto options = bot_options();
  options.channels = {"#c"};
  c.session.change(c.now, options);
  c.session.connected(c.now);
  CHECK(c.session.take().bytes.find("JOIN") == std::string::npos);
  c.server(":s 001 bot :Welcome");
  options.channels = {"#d"};
  c.session.change(c.now, options);
  CHECK(c.session.take().bytes.empty());
  CHECK(c.server(":s 376 bot :End of /MOTD").bytes == "JOIN #d\r\n");
}

TEST_CASE("whether it is a bot, and how fast it talks, changes while it lasts") {
  InChannels c;
  CHECK(c.change([](auto& o) { o.bot_mode = false; }).bytes == "MODE bot -B\r\n");
  CHECK(c.change([](auto& o) { o.bot_mode = true; }).bytes == "MODE bot +B\r\n");
  c.session.perform(c.now, say("#a", "1\n2\n3\n4\n5\n6"));
  c.session.take();
  CHECK(c.change([](auto& o) { o.flood = {1, 10}; }).bytes.empty());  // no new burst
  const auto ready = c.session.next_deadline(c.now);
  CHECK(c.tick(*ready - c.now).bytes == "PRIVMSG #a :6\r\n");
}

TEST_CASE("the lag is measured at another interval from now on") {
  InChannels c;
  c.change([](auto& o) { o.lag_interval = 30s; });
  CHECK(c.tick(30s).bytes == "PING lag-1\r\n");
  c.change([](auto& o) { o.lag_interval = 0s; });
  CHECK(c.tick(60s).bytes.empty());
}

TEST_CASE("what is read, and a kick, are treated as is configured now") {
  InChannels c;
  c.change([](auto& o) { o.rejoin = o.semantics = false; });
  CHECK(c.server(":eve!e@h PRIVMSG #a :bot: hi").events.size() == 1);
  c.server(":eve!e@h KICK #a bot :out");
  CHECK(c.tick(10s).bytes.empty());
}

}  // namespace
}  // namespace tubes::irc
