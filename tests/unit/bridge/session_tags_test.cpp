#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

TEST_CASE("of what a server offers we ask for all that tells more of its lines, and for no more") {
  Conversation c;
  c.session.connected(c.now);
  c.session.take();
  const auto asked =
      c.server(
           ":s CAP * LS :account-notify account-tag away-notify batch chghost echo-message "
           "example.com/unknown extended-join invite-notify labeled-response message-tags "
           "multi-prefix server-time "
           "setname standard-replies userhost-in-names")
          .bytes;
  CHECK(asked ==
        "CAP REQ :account-notify account-tag away-notify batch chghost echo-message extended-join "
        "invite-notify labeled-response message-tags multi-prefix server-time setname "
        "standard-replies userhost-in-names\r\n");
}

TEST_CASE("what a server plays back of a channel from before we joined it is no news") {
  Conversation c;
  c.register_as("bot");
  const auto says = [&](const std::string& time, const std::string& to = "#A") {
    return c.server("@time=2026-11-27T" + time + " :eve!e@h PRIVMSG " + to + " :!deploy")
        .events.size();
  };
  CHECK(says("11:00:00.000Z") == 2);
  c.server("@time=2026-11-27T12:00:00.000Z :bot!u@h JOIN #a");
  CHECK(says("11:00:00.000Z") == 0);
  CHECK(says("11:59:49.999Z") == 0);
  CHECK(says("11:59:50.000Z") == 2);  // by another server's clock
  CHECK(says("12:00:00.001Z") == 2);
  CHECK(says("11:00:00.000Z", "#b") == 2);
  CHECK(says("11:00:00.000Z", "bot") == 2);
  CHECK(c.server(":eve!e@h PRIVMSG #a :!deploy").events.size() == 2);
  CHECK(c.server("@time=2026-11-26T23:00:00.000Z :eve!e@h NOTICE #a :x").events.empty());
  c.session.closed(c.now, "gone");
  c.register_as("bot");
  CHECK(says("11:00:00.000Z") == 2);
}

TEST_CASE("a JOIN tells the account, in the line itself or in its tag") {
  struct Case {
    const char* line;
    const char* account;
  };
  const Case cases[] = {
      {":eve!e@h JOIN #a", ""},
      {":eve!e@h JOIN :#a", ""},
      {":eve!e@h JOIN #a eve1 :Eve Example", "eve1"},
      {":eve!e@h JOIN #a eve1 :", "eve1"},
      {":eve!e@h JOIN #a * :Eve Example", ""},
      {":eve!e@h JOIN #a caf\xE9 :Eve", "café"},
      {"@account=eve1 :eve!e@h JOIN #a", "eve1"},
      {"@account=tag :eve!e@h JOIN #a eve1 :Eve", "eve1"},
  };
  for (const auto& [line, account] : cases) {
    CAPTURE(line);
    Conversation c;
    c.register_as("bot");
    const auto output = c.server(line);
    REQUIRE(output.events.size() == 1);
    const auto& join = std::get<in::Join>(output.events[0]);
    CHECK(join.sender == "eve");
    CHECK(join.channel == "#a");
    CHECK(join.services_account == account);
    CHECK(join.network == "net");
    CHECK(output.warnings.empty());
  }
}

TEST_CASE("our own extended JOIN is one of ours: the channel is wanted, and the host known") {
  Conversation c;
  c.register_as("bot");
  c.server(":bot!u@h JOIN #extra * :A Bot");
  const auto room = max_line - std::string_view{":bot!u@h PRIVMSG #a :\r\n"}.size();
  c.session.perform(c.now, say("#a", std::string(room, 'x')));
  CHECK(c.session.take().bytes == "PRIVMSG #a :" + std::string(room, 'x') + "\r\n");
  c.session.closed(c.now, "gone");
  CHECK(c.register_as("bot").bytes == "JOIN #a,#b,#extra\r\n");
}

/// Lines that a text takes which just fits behind this prefix, and one that is a byte longer.
std::pair<std::ptrdiff_t, std::ptrdiff_t> lines_behind(Conversation& c, std::string_view prefix) {
  const auto lines = [&](std::size_t size) {
    c.tick(20s);  // so that nothing waits
    c.session.perform(c.now, say("#a", std::string(size, 'x')));
    const auto bytes = c.session.take().bytes;
    return std::count(bytes.begin(), bytes.end(), '\n');
  };
  const auto around = prefix.size() + std::string_view{": PRIVMSG #a :\r\n"}.size();
  return {lines(max_line - around), lines(max_line - around + 1)};
}

TEST_CASE("a long text is split by the host that we have by now") {
  struct Case {
    const char* line;
    std::string prefix;
  };
  const std::string most = std::string(63, 'h');
  const Case cases[] = {
      {":bot!u@h JOIN #c", "bot!u@h"},
      {":bot!u@h CHGHOST user cloak.example", "bot!user@cloak.example"},
      {":BOT!u@h CHGHOST ~u c", "bot!~u@c"},
      {":bot!u@h CHGHOST u", "bot!u@" + most},
      {":eve!u@h CHGHOST someone elsewhere.example", "bot!u@h"},
      {":s 396 bot cloak.example :is now your displayed host", "bot!u@cloak.example"},
      {":s 396 bot user@cloak.example :is now your displayed host", "bot!user@cloak.example"},
      {":s 396 bot :you are hidden now", "bot!u@" + most},
      {":s 396 bot", "bot!u@" + most},
  };
  for (const auto& [line, prefix] : cases) {
    CAPTURE(line);
    Conversation c;
    c.register_as("bot");
    c.server(":bot!u@h JOIN #a");
    c.server(line);
    CHECK(lines_behind(c, prefix) == std::pair<std::ptrdiff_t, std::ptrdiff_t>{1, 2});
  }
}

TEST_CASE("what others change of themselves is told: account, absence, real name, user and host") {
  Conversation c;
  c.register_as("bot");
  const auto only = [&](const std::string& line) {
    const auto output = c.server(":eve!e@h " + line);
    CHECK(output.warnings.empty());
    CHECK(output.bytes.empty());
    REQUIRE(output.events.size() == 1);
    return output.events[0];
  };
  CHECK(only("ACCOUNT eve1") == Message{in::Account{"eve", "eve1", "net"}});
  CHECK(only("ACCOUNT *") == Message{in::Account{"eve", "", "net"}});
  CHECK(only("AWAY :out to lunch") == Message{in::Away{"eve", "out to lunch", "net"}});
  CHECK(only("AWAY") == Message{in::Away{"eve", "", "net"}});
  CHECK(only("SETNAME :Eve Example") == Message{in::Setname{"eve", "Eve Example", "net"}});
  CHECK(only("CHGHOST e elsewhere.example") ==
        Message{in::Chghost{"eve", "e", "elsewhere.example", "net"}});
  CHECK(only("INVITE carol #a") == Message{in::Invite{"eve", "#a", "carol", "net"}});
}

TEST_CASE("what is told of somebody has the time and msgid of its line, and of us it is told too") {
  Conversation c;
  c.register_as("bot");
  const auto away =
      events<in::Away>(c.server("@time=2012-04-01T10:00:00.000Z;msgid=m1 :bot!u@h AWAY :out"));
  REQUIRE(away.size() == 1);
  CHECK(away[0] == in::Away{"bot", "out", "net", "2012-04-01T10:00:00.000Z", "m1"});
}

TEST_CASE("what is less than it must be, or nobody asked for, is no event and no warning") {
  for (const char* line : {":eve!e@h ACCOUNT", ":eve!e@h SETNAME", ":eve!e@h CHGHOST e",
                           "@time=2012-04-01T10:00:00.000Z;account=eve1 :eve!e@h TAGMSG #a"}) {
    CAPTURE(line);
    Conversation c;
    c.register_as("bot");
    const auto output = c.server(line);
    CHECK(output.events.empty());
    CHECK(output.warnings.empty());
    CHECK(output.bytes.empty());
    CHECK_FALSE(output.close);
  }
}

}  // namespace
}  // namespace tubes::irc
