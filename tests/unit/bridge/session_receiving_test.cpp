#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

TEST_CASE("what others say, and who is there, is read in the network's encoding") {
  auto options = bot_options();
  options.fallback_encoding = *Encoding::named("koi8-r");
  Conversation c{options};
  c.register_as("bot");
  const auto said = events<in::Privmsg>(c.server(":\xF0!e@h PRIVMSG #\xD2 :\xC9 \xF0")).at(0);
  CHECK(said.sender == "П");
  CHECK(said.channel == "#р");
  CHECK(said.message == "и П");
  CHECK(events<in::Topic>(c.server(":eve!e@h TOPIC #a :\xC9")).at(0).topic == "и");
  c.server(":s 353 bot = #\xD2 :@\xF0 eve");
  const auto names = events<in::Names>(c.server(":s 366 bot #\xD2 :End")).at(0);
  CHECK(names.channel == "#р");
  CHECK(names.nicks == in::Nicks{{"П", "@"}, {"eve", ""}});
  c.server(":bot!u@h JOIN #\xD2");
  c.session.closed(c.now, "gone");
  CHECK(c.register_as("bot").bytes == "JOIN #a,#b,#\xD2\r\n");  // by the bytes that it has
}

SessionOptions telling_of_ourselves() {
  auto options = bot_options();
  options.self_messages = true;
  return options;
}

TEST_CASE("what we said ourselves is told where that is asked for, marked and directed at nobody") {
  Conversation c{telling_of_ourselves()};
  c.register_as("bot");
  const auto only = [&](const std::string& line) {
    const auto output = c.server(":BOT!u@h " + line);
    CHECK(output.warnings.empty());
    REQUIRE(output.events.size() == 1);
    return output.events[0];
  };
  in::Privmsg said{"BOT", "#a", "!hello", "net"};
  said.self = true;
  CHECK(only("PRIVMSG #a :!hello") == Message{said});
  said.channel = "eve";
  CHECK(only("PRIVMSG eve :!hello") == Message{said});
  said.channel = "bot";
  CHECK(only("PRIVMSG bot :!hello") == Message{said});
  in::Action action{"BOT", "#a", "waves", "net"};
  action.self = true;
  CHECK(only("PRIVMSG #a :\x01"
             "ACTION waves\x01") == Message{action});
  in::Notice notice{"BOT", "eve", "psst", "net"};
  notice.self = true;
  CHECK(only("NOTICE eve :psst") == Message{notice});
  CHECK(only("JOIN #c") == Message{in::Join{"BOT", "#c", "net"}});
  const auto of_others = c.server(":eve!e@h PRIVMSG bot :hello").events;
  REQUIRE(of_others.size() == 2);
  CHECK_FALSE(std::get<in::Privmsg>(of_others[0]).self);
}

TEST_CASE("what we said ourselves is no event unless that is asked for, what we did is one") {
  Conversation c;
  c.register_as("bot");
  CHECK(c.server(":bot!u@h PRIVMSG bot :to myself").events.size() == 1);  // no echo
  c.server(":s CAP * NEW :echo-message");
  c.server(":s CAP * ACK :echo-message");
  for (const char* line : {"PRIVMSG #a :x", "NOTICE #a :x", "PRIVMSG bot :x", "PRIVMSG eve :x",
                           "PRIVMSG #a :\x01"
                           "ACTION waves\x01"}) {
    CAPTURE(line);
    const auto output = c.server(std::string{":bot!u@h "} + line);
    CHECK(output.events.empty());
    CHECK(output.bytes.empty());
  }
  CHECK(c.server(":bot!u@h TOPIC #a :x").events.size() == 1);
}

TEST_CASE("formatting stays in a channel that it is not to be taken out of") {
  auto options = bot_options();
  options.strip_formatting.channels = {"#b"};
  Conversation c{options};
  c.register_as("bot");
  const auto message = [&](const std::string& channel) {
    return events<in::Privmsg>(c.server(":eve!e@h PRIVMSG " + channel + " :\x02x")).at(0).message;
  };
  CHECK(message("#a") == "\x02x");
  CHECK(message("#B") == "x");
}

TEST_CASE(
    "no part of a secret is in the excerpt of a line that is too long, or of a nick that is none") {
  auto options = bot_options();
  options.password = "hunter2" + std::string(100, 'h');
  Conversation c{options};
  c.session.connected(c.now);
  for (const auto& line : {"ERROR :" + options.password + std::string(LineReader::limit, 'x'),
                           std::string(76, 'x') + options.password + std::string(9000, 'x'),
                           ":s 001 " + options.password + "! :Welcome"}) {
    const auto output = c.server(line);
    REQUIRE(output.warnings.size() == 1);
    CHECK(output.warnings[0].find("hun") == std::string::npos);
    CHECK(output.warnings[0].size() < 200);
  }
}

TEST_CASE("a raw MODE is said in as many lines as the network wants") {
  Conversation c;
  c.register_as("bot");
  c.server(":s 005 bot MODES=2 :are supported");
  c.tick(60s);
  c.session.perform(c.now, raw("MODE #a +ooo x y z"));
  CHECK(c.session.take().bytes == "MODE #a +oo x y\r\nMODE #a +o z\r\n");
}

}  // namespace
}  // namespace tubes::irc
