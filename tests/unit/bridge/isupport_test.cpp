#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/targets.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

Isupport told(const std::string& tokens) {
  Isupport isupport;
  isupport.learn(*parse_line(":s 005 bot " + tokens + " :are supported by this server"));
  return isupport;
}

TEST_CASE("TARGMAX says how many channels a JOIN may name") {
  struct Case {
    const char* tokens;
    std::size_t joins;
  };
  constexpr auto any = std::string::npos;
  const Case cases[] = {
      {"NICKLEN=9", any},
      {"TARGMAX=NAMES:1,JOIN:4,KICK:1", 4},
      {"TARGMAX=JOIN:1", 1},
      {"TARGMAX=JOIN:,KICK:1", any},
      {"TARGMAX=KICK:1,JOIN", any},
      {"TARGMAX=JOIN:0", any},
      {"TARGMAX=JOIN:many", any},
      {"TARGMAX=REJOIN:3", any},
      {"TARGMAX=,,:,JOIN:2,", 2},
      {"TARGMAX=", any},
      {"TARGMAX", any},
  };
  for (const auto& [tokens, joins] : cases) {
    CAPTURE(tokens);
    CHECK(told(tokens).joins_at_once == joins);
  }
}

TEST_CASE("LINELEN makes lines longer, up to a bound, and never shorter") {
  struct Case {
    const char* tokens;
    std::size_t bytes;
  };
  const Case cases[] = {
      {"NICKLEN=9", 512},     {"LINELEN=512", 512},   {"LINELEN=2048", 2048},
      {"LINELEN=4096", 4096}, {"LINELEN=4097", 4096}, {"LINELEN=99999999999999999999999", 512},
      {"LINELEN=100", 512},   {"LINELEN=0", 512},     {"LINELEN=-1", 512},
      {"LINELEN=long", 512},  {"LINELEN=", 512},
  };
  for (const auto& [tokens, bytes] : cases) {
    CAPTURE(tokens);
    CHECK(told(tokens).line_length == bytes);
  }
}

TEST_CASE("BOT names the mode of bots, a letter") {
  struct Case {
    const char* tokens;
    char letter;
  };
  const Case cases[] = {{"NICKLEN=9", '\0'}, {"BOT=B", 'B'},  {"BOT=b", 'b'},
                        {"BOT=", '\0'},      {"BOT", '\0'},   {"BOT=Bo", '\0'},
                        {"BOT=+", '\0'},     {"BOT=1", '\0'}, {"ROBOT=B", '\0'}};
  for (const auto& [tokens, letter] : cases) {
    CAPTURE(tokens);
    CHECK(told(tokens).bot_mode == letter);
  }
}

TEST_CASE("UTF8ONLY is a token alone") {
  CHECK(told("UTF8ONLY").utf8_only);
  CHECK(told("NICKLEN=9 UTF8ONLY BOT=B").utf8_only);
  CHECK_FALSE(told("NICKLEN=9").utf8_only);
  CHECK_FALSE(told("NOTUTF8ONLY").utf8_only);
  CHECK_FALSE(told("NICKLEN=UTF8ONLY").utf8_only);
}

TEST_CASE("STATUSMSG permits the statuses of a channel as targets") {
  struct Case {
    const char* tokens;
    const char* target;
    bool permitted;
  };
  const Case cases[] = {
      {"STATUSMSG=@+", "@#a", true},   {"STATUSMSG=@+", "+#a", true},
      {"STATUSMSG=@+", "%#a", false},  {"STATUSMSG=@+", "@bob", false},
      {"STATUSMSG=@+", "@+#a", false}, {"STATUSMSG=@+", "@", false},
      {"STATUSMSG=@+", "#a", true},    {"STATUSMSG=:@", ":#a", false},
      {"STATUSMSG=", "@#a", false},    {"STATUSMSG", "@#a", false},
      {"PREFIX=(ov)@+", "@#a", false},
  };
  for (const auto& [tokens, target, permitted] : cases) {
    CAPTURE(tokens);
    CAPTURE(target);
    const auto isupport = told(tokens);
    if (permitted) {
      CHECK(split_targets(isupport, target) == std::vector<std::string_view>{target});
    } else {
      CHECK_THROWS_AS(split_targets(isupport, target), Error);
    }
  }
}

}  // namespace
}  // namespace tubes::irc
