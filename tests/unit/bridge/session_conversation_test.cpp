#include <tubes/bus/error.hpp>

#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

using namespace std::string_literals;

TEST_CASE("PING is answered at once, whatever waits") {
  Conversation c;
  c.register_as("bot");
  for (int i = 0; i < 20; ++i) c.session.perform(c.now, say("#a", "hello"));
  c.session.take();
  CHECK(c.server("PING :some server").bytes == "PONG :some server\r\n");
}

TEST_CASE("what is said goes out as the flood control allows, and the deadline says when") {
  Conversation c;
  c.register_as("bot");
  for (int i = 1; i <= 6; ++i) c.session.perform(c.now, say("#a", std::to_string(i)));
  // One of the burst of five went to the JOIN.
  CHECK(c.session.take().bytes ==
        "PRIVMSG #a :1\r\nPRIVMSG #a :2\r\nPRIVMSG #a :3\r\nPRIVMSG #a :4\r\n");
  const auto deadline = c.session.next_deadline(c.now);
  REQUIRE(deadline);
  CHECK(*deadline <= c.now + 2s);
  CHECK(c.tick(1s).bytes.empty());
  CHECK(c.tick(1s).bytes == "PRIVMSG #a :5\r\n");
}

TEST_CASE("a comma list says the same to each target") {
  Conversation c;
  c.register_as("bot");
  c.session.perform(c.now, say("#a, #b,bob", "hi"));
  CHECK(c.session.take().bytes == "PRIVMSG #a :hi\r\nPRIVMSG #b :hi\r\nPRIVMSG bob :hi\r\n");
}

TEST_CASE("a list with one bad target is refused whole") {
  Conversation c;
  c.register_as("bot");
  for (const std::string& bad :
       {"#a,"s, ""s, "#a,x y"s, "#a\r\nQUIT"s, "#a\nQUIT :x"s, "a!b@c"s, "$$*"s, ":x"s, "#a\0b"s}) {
    CHECK_THROWS_AS(c.session.perform(c.now, say(bad, "hi")), Error);
  }
  CHECK(c.session.take().bytes.empty());
}

TEST_CASE("each line of a text is a message, and an injected command is only text") {
  Conversation c;
  c.register_as("bot");
  c.session.perform(c.now, say("#a", "hello\r\nQUIT :pwned\rmore"));
  CHECK(c.session.take().bytes ==
        "PRIVMSG #a :hello\r\nPRIVMSG #a :QUIT :pwned\r\nPRIVMSG #a :more\r\n");
}

TEST_CASE("CTCP, NUL and nothing at all are refused as text") {
  Conversation c;
  c.register_as("bot");
  for (const std::string& bad : {"\x01VERSION\x01"s, "a\0b"s, ""s, "\r\n"s}) {
    CHECK_THROWS_AS(c.session.perform(c.now, say("#a", bad)), Error);
    CHECK_THROWS_AS(c.session.perform(c.now, action("#a", bad)), Error);
  }
}

TEST_CASE("an action is wrapped, each part of a long one too") {
  Conversation c;
  c.register_as("bot");
  c.session.perform(c.now, action("#a", "waves\nsmiles"));
  CHECK(c.session.take().bytes ==
        "PRIVMSG #a :\x01"
        "ACTION waves\x01\r\nPRIVMSG #a :\x01"
        "ACTION smiles\x01\r\n");
}

TEST_CASE("a long text is split by the prefix that the server showed us") {
  const std::string prefix = "bot!u@h";
  Conversation c;
  c.register_as("bot");
  const auto room = max_line - std::string_view{":bot!u@h PRIVMSG #a :\r\n"}.size();
  c.session.perform(c.now, say("#a", std::string(room, 'x')));
  const auto before = c.session.take().bytes;
  CHECK(std::count(before.begin(), before.end(), '\n') == 2);
  c.server(":" + prefix + " JOIN #a");
  c.session.perform(c.now, say("#a", std::string(room, 'x')));
  CHECK(c.session.take().bytes == "PRIVMSG #a :" + std::string(room, 'x') + "\r\n");
}

TEST_CASE("too much at once is refused whole, with the counts") {
  Conversation c;
  c.register_as("bot");
  std::string text;
  for (int i = 0; i <= 1000; ++i) text += "x\n";
  CHECK_THROWS_WITH_AS(c.session.perform(c.now, say("#a", text)),
                       "too much at once: it takes more than 1000 lines", Error);
  CHECK_THROWS_WITH_AS(c.session.perform(c.now, say("#a,#a", text.substr(0, 2 * 101))),
                       "too much at once: more than 200 lines would wait for #a", Error);
  CHECK(c.session.take().bytes.empty());
}

TEST_CASE("a list of many targets or a long text is refused before any work is done on it") {
  Conversation c;
  c.register_as("bot");
  std::string to = "#a";
  for (int i = 0; i < 300'000; ++i) to += ",#";  // "#" is no target: it would be another error
  CHECK_THROWS_WITH_AS(c.session.perform(c.now, say(to, "x")),
                       "too much at once: it takes more than 1000 lines", Error);
  CHECK_THROWS_WITH_AS(c.session.perform(c.now, say("#a,#", std::string(300'000, '\n'))),
                       "too much at once: it takes more than 1000 lines", Error);
}

TEST_CASE("one noisy target leaves the others room") {
  Conversation c;
  c.register_as("bot");
  std::string text;
  for (int i = 0; i < 200; ++i) text += "x\n";
  c.session.perform(c.now, say("#a", text));
  CHECK_THROWS_AS(c.session.perform(c.now, say("#a", text)), Error);
  CHECK_NOTHROW(c.session.perform(c.now, say("#b", text)));
}

TEST_CASE("the JOINs go out before what was said meanwhile, at the end of the MOTD or after 10 s") {
  Conversation c;
  c.session.connected(c.now);
  c.server(":s 001 bot :Welcome");
  c.session.perform(c.now, say("#a", "hello"));
  CHECK(c.session.take().bytes.empty());
  CHECK(c.session.next_deadline(c.now) == c.now + 10s);
  SUBCASE("the MOTD ends") {
    CHECK(c.server(":s 376 bot :End").bytes == "JOIN #a,#b\r\nPRIVMSG #a :hello\r\n");
  }
  SUBCASE("the MOTD does not end") {
    CHECK(c.tick(10s).bytes == "JOIN #a,#b\r\nPRIVMSG #a :hello\r\n");
    CHECK(c.server(":s 376 bot :End").bytes.empty());
  }
}

TEST_CASE("a channel joined by raw is joined again with its key, one parted by raw is not") {
  Conversation c;
  c.register_as("bot");
  c.session.perform(c.now, raw("JOIN #c,#d secret"));
  c.server(":bot!u@h JOIN #C");
  c.server(":bot!u@h JOIN #d");
  c.session.perform(c.now, raw("PART #a,#b :bye"));
  c.session.closed(c.now, "connection reset");
  CHECK(c.register_as("bot").bytes == "JOIN #C,#d secret\r\n");
}

TEST_CASE("a key that fits no list of keys is not kept, and keeps nobody out later") {
  for (const auto& key : {std::string{":a b"}, std::string(600, 'k'), std::string{"::x"}}) {
    Conversation c;
    c.register_as("bot");
    c.server(":s 005 bot LINELEN=2048 :are supported by this server");
    c.session.perform(c.now, raw("JOIN #c " + key));
    c.session.take();
    c.server(":bot!u@h JOIN #c");
    c.session.closed(c.now, "connection reset");
    CHECK(c.register_as("bot").bytes == "JOIN #a,#b,#c\r\n");
  }
}

TEST_CASE("the refusal of a raw command is fit for a log") {
  Conversation c;
  c.register_as("bot");
  try {
    c.session.perform(c.now, raw("\x1b[2J x"));
    FAIL("it was not refused");
  } catch (const Error& error) {
    CHECK(std::string_view{error.what()}.find('\x1b') == std::string_view::npos);
  }
}

TEST_CASE("what is said before the server let us in waits for that, and for the JOINs") {
  Conversation c;
  c.session.perform(c.now, say("#a", "early"));
  CHECK(c.session.take().bytes.empty());
  c.session.connected(c.now);
  c.session.take();
  c.session.perform(c.now, raw("TOPIC #b :late"));
  CHECK(c.session.take().bytes.empty());
  CHECK(c.server(":s 001 bot :Welcome").bytes.empty());
  CHECK(c.server(":s 376 bot :End").bytes ==
        "JOIN #a,#b\r\nPRIVMSG #a :early\r\nTOPIC #b late\r\n");
}

TEST_CASE("raw lines of the allow-list are sent, others are refused") {
  Conversation c;
  c.register_as("bot");
  c.session.perform(c.now, raw("join #c\r\n"));
  CHECK(c.session.take().bytes == "JOIN #c\r\n");
  c.session.perform(c.now, raw("TOPIC #a :new topic"));
  CHECK(c.session.take().bytes == "TOPIC #a :new topic\r\n");
  for (const std::string& bad : {"QUIT :x"s, "PASS x"s, "OPER a b"s, ""s, "JOIN #c\r\nQUIT"s,
                                 "JOIN #c\0"s, ":me QUIT"s, "PRIVMSG #a :\x01VERSION\x01"s}) {
    CHECK_THROWS_AS(c.session.perform(c.now, raw(bad)), Error);
  }
  CHECK(c.session.take().bytes.empty());
}

TEST_CASE("a kick is told, and the channel joined again a little later") {
  Conversation c;
  c.register_as("bot");
  CHECK(events<in::Kick>(c.server(":eve!e@h KICK #a bot :out")).size() == 1);
  CHECK(c.tick(4s).bytes.empty());
  CHECK(c.tick(1s).bytes == "JOIN #a\r\n");
}

TEST_CASE("without rejoin a kick is told, and the channel left until the next connection") {
  auto options = bot_options();
  options.rejoin = false;
  Conversation c{options};
  c.register_as("bot");
  CHECK(events<in::Kick>(c.server(":eve!e@h KICK #a bot :out")).size() == 1);
  CHECK(c.tick(1h).bytes.find("JOIN") == std::string::npos);
  c.session.closed(c.now, "gone");
  CHECK(c.register_as("bot").bytes.find("JOIN #a") != std::string::npos);
}

TEST_CASE("what is said is told with its formatting, or without it if that is asked for") {
  const auto said =
      ":bob!b@h PRIVMSG #a :\x02"
      "bold\x02";
  Conversation as_it_is;
  as_it_is.register_as("bot");
  CHECK(events<in::Privmsg>(as_it_is.server(said)).at(0).message ==
        "\x02"
        "bold\x02");
  auto options = bot_options();
  options.strip_formatting.everywhere = true;
  Conversation plain{options};
  plain.register_as("bot");
  CHECK(events<in::Privmsg>(plain.server(said)).at(0).message == "bold");
}

TEST_CASE("another's kick leads to no JOIN") {
  Conversation c;
  c.register_as("bot");
  c.server(":eve!e@h KICK #a adam :out");
  CHECK(c.tick(10s).bytes.empty());
}

TEST_CASE("a channel that does not let us in is a warning, and asked for again later") {
  for (const char* numeric : {"403", "437", "471", "476", "480", "489"}) {
    Conversation c;
    c.register_as("bot");
    const auto output = c.server(std::string{":s "} + numeric + " bot #a :No");
    REQUIRE(output.warnings.size() == 1);
    CHECK(output.warnings[0] == std::string{numeric} + " #a No; will try again in 60 s");
    CHECK(c.tick(60s).bytes == "JOIN #a\r\n");
  }
}

TEST_CASE("an INVITE to a channel that we want is followed, one to another is not") {
  Conversation c;
  c.register_as("bot");
  c.tick(20s);
  c.server(":s 473 bot #a :Cannot join channel (+i)");
  CHECK(c.server(":op!o@h INVITE other #a").bytes.empty());
  CHECK(c.server(":op!o@h INVITE bot #c").bytes.empty());
  CHECK(c.server(":op!o@h INVITE bot :#A").bytes == "JOIN #a\r\n");
}

TEST_CASE("a NAMES reply is one event") {
  Conversation c;
  c.register_as("bot");
  CHECK(c.server(":s 353 bot = #a :@op bot").events.empty());
  const auto names = events<in::Names>(c.server(":s 366 bot #a :End of /NAMES list."));
  REQUIRE(names.size() == 1);
  CHECK(names[0].network == "net");
  CHECK(names[0].nicks.size() == 2);
}

TEST_CASE("a NAMES reply without an end is bounded, with one warning") {
  Conversation c;
  c.register_as("bot");
  std::string nicks;
  for (int i = 0; i < 1000; ++i) nicks += "n ";
  std::size_t warnings = 0;
  for (int i = 0; i < 110; ++i) {
    warnings += c.server(":s 353 bot = #a :" + nicks).warnings.size();
  }
  CHECK(warnings == 1);
  const auto names = events<in::Names>(c.server(":s 366 bot #a :End"));
  CHECK(names.at(0).nicks.size() < 102'000);
  CHECK(c.server(":s 353 bot = #a :n").warnings.empty());
}

TEST_CASE("what the server refuses, and lines that cannot be read, are warnings") {
  Conversation c;
  c.register_as("bot");
  CHECK(c.server(":s 404 bot #a :Cannot send\x1b to channel").warnings ==
        std::vector<std::string>{"404 #a Cannot send? to channel"});
  CHECK(c.server(":only.a.prefix").warnings.size() == 1);
  CHECK(c.server(std::string(10'000, 'x')).warnings.size() == 1);
}

TEST_CASE("a directed message follows our real nick") {
  Conversation c;
  c.register_as("bot_");
  CHECK(events<in::DirectedPrivmsg>(c.server(":eve!e@h PRIVMSG #a :bot_: hi")).size() == 1);
  CHECK(events<in::DirectedPrivmsg>(c.server(":eve!e@h PRIVMSG #a :bot: hi")).empty());
}

}  // namespace
}  // namespace tubes::irc
