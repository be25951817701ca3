#include <tubes/bridge/irc/text.hpp>
#include <tubes/bus/error.hpp>

#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

/// A session whose server has said this about itself, up to the end of the MOTD.
struct Told : Conversation {
  explicit Told(const std::string& tokens, SessionOptions options = bot_options())
      : Conversation(std::move(options)) {
    session.connected(now);
    server(":s 001 bot :Welcome");
    server(":s 005 bot " + tokens + " :are supported by this server");
    welcomed = server(":s 376 bot :End of /MOTD").bytes;
  }

  std::string said(std::string_view to, std::string_view text) {
    session.perform(now, say(to, text));
    return session.take().bytes;
  }

  std::string welcomed;  ///< what was sent at the end of the MOTD
};

std::ptrdiff_t count_lines(const std::string& bytes) {
  return std::count(bytes.begin(), bytes.end(), '\n');
}

TEST_CASE("a network is told that we are a bot before we join, where it has a mode for it") {
  auto silent = bot_options();
  silent.bot_mode = false;
  CHECK(Told{"BOT=B"}.welcomed == "MODE bot +B\r\nJOIN #a,#b\r\n");
  CHECK(Told{"BOT=b"}.welcomed == "MODE bot +b\r\nJOIN #a,#b\r\n");
  CHECK(Told{"NICKLEN=9"}.welcomed == "JOIN #a,#b\r\n");
  CHECK((Told{"BOT=B", silent}.welcomed) == "JOIN #a,#b\r\n");
  Told again{"BOT=B"};
  CHECK(again.server(":s 376 bot :End of /MOTD").bytes.empty());
}

TEST_CASE(
    "the mode of bots is set on the nick that we really have, on each connection that has it") {
  Told c{"BOT=B"};
  c.session.closed(c.now, "gone");
  c.session.connected(c.now);
  c.server(":s 001 bot_ :Welcome");
  c.server(":s 005 bot_ BOT=B :are supported by this server");
  CHECK(c.server(":s 422 bot_ :No MOTD").bytes.starts_with("MODE bot_ +B\r\n"));
  c.session.closed(c.now, "gone");
  CHECK(c.register_as("bot").bytes == "JOIN #a,#b\r\n");
}

TEST_CASE("a nick that fits no line takes no mode") {
  Conversation c;
  c.session.connected(c.now);
  c.server(":s 001 " + std::string(508, 'n') + " :Welcome");
  c.server(":s 005 bot BOT=B :are supported by this server");
  CHECK(c.server(":s 376 bot :End").bytes == "JOIN #a,#b\r\n");
}

TEST_CASE("a JOIN names no more channels than TARGMAX says") {
  auto options = bot_options();
  options.channels = {"#a", "#b", "#c key", "#d", "#e"};
  CHECK((Told{"TARGMAX=JOIN:2", options}.welcomed) ==
        "JOIN #c,#a key\r\nJOIN #b,#d\r\nJOIN #e\r\n");
  CHECK((Told{"TARGMAX=JOIN:1", options}.welcomed) ==
        "JOIN #c key\r\nJOIN #a\r\nJOIN #b\r\nJOIN #d\r\nJOIN #e\r\n");
  CHECK((Told{"TARGMAX=JOIN:", options}.welcomed) == "JOIN #c,#a,#b,#d,#e key\r\n");
}

TEST_CASE("a status of a channel is spoken to, by raw too, where the server has that") {
  Told c{"STATUSMSG=@+"};
  CHECK(c.said("@#a,#b", "hi") == "PRIVMSG @#a :hi\r\nPRIVMSG #b :hi\r\n");
  c.session.perform(c.now, raw("NOTICE +#a :psst"));
  CHECK(c.session.take().bytes == "NOTICE +#a :psst\r\n");
  CHECK_THROWS_AS(c.said("%#a", "hi"), Error);
  CHECK_THROWS_AS(Told{"NICKLEN=9"}.said("@#a", "hi"), Error);
}

TEST_CASE("what was said to a status of a channel is told as said in the channel") {
  Told c{"PREFIX=(qo)~@ STATUSMSG=~@%"};
  for (const char* target : {"#a", "@#a", "~#a", "%#a"}) {
    CAPTURE(target);
    const auto said =
        events<in::Privmsg>(c.server(std::string{":eve!e@h PRIVMSG "} + target + " :hi"));
    CHECK(said.at(0).channel == "#a");
  }
  CHECK(events<in::Privmsg>(c.server(":eve!e@h PRIVMSG bot :hi")).at(0).channel == "eve");
}

TEST_CASE(
    "a long text takes fewer lines where the server takes longer ones, and none is over them") {
  struct Case {
    const char* tokens;
    std::size_t limit;
  };
  const Case cases[] = {{"NICKLEN=9", 512}, {"LINELEN=1024", 1024}, {"LINELEN=9000", 4096}};
  for (const auto& [tokens, limit] : cases) {
    CAPTURE(tokens);
    Told c{tokens};
    c.server(":bot!u@h JOIN #a");
    const auto around = std::string_view{":bot!u@h PRIVMSG #a :\r\n"}.size();
    CHECK(c.said("#a", std::string(limit - around, 'x')) ==
          "PRIVMSG #a :" + std::string(limit - around, 'x') + "\r\n");
    CHECK(count_lines(c.said("#a", std::string(limit - around + 1, 'x'))) == 2);
  }
}

TEST_CASE("a raw line may be as long as the server takes") {
  const auto topic = "TOPIC #a :a " + std::string(600, 'x');
  Told c{"LINELEN=1024"};
  c.session.perform(c.now, raw(topic));
  CHECK(c.session.take().bytes == topic + "\r\n");
  CHECK_THROWS_AS(c.session.perform(c.now, raw("TOPIC #a :" + std::string(1100, 'x'))), Error);
  CHECK_THROWS_AS(Told{"NICKLEN=9"}.session.perform(c.now, raw(topic)), Error);
}

TEST_CASE("a network that takes UTF-8 alone gets nothing else") {
  Told only{"UTF8ONLY"}, any{"NICKLEN=9"};
  CHECK(only.said("#a", "caf\xE9") == "PRIVMSG #a :café\r\n");
  CHECK(only.said("#a", "café") == "PRIVMSG #a :café\r\n");
  CHECK(any.said("#a", "caf\xE9") == "PRIVMSG #a :caf\xE9\r\n");
  only.session.perform(only.now, action("#caf\xE9", "waves"));
  CHECK(only.session.take().bytes ==
        "PRIVMSG #café :\x01"
        "ACTION waves\x01\r\n");
  only.session.perform(only.now, raw("TOPIC #a :\x80 5"));
  CHECK(only.session.take().bytes == "TOPIC #a :€ 5\r\n");
}

TEST_CASE("a long text that is not UTF-8 is split as the UTF-8 that is sent") {
  Told c{"UTF8ONLY"};
  const auto bytes = c.said("#a", std::string(400, '\xE9'));
  CHECK(count_lines(bytes) == 2);
  CHECK(is_utf8(bytes));
}

}  // namespace
}  // namespace tubes::irc
