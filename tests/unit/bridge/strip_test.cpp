#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/strip.hpp>

namespace tubes::irc {
namespace {

/// The line's last parameter, once the formatting was taken out where it is to be.
std::string stripped(const StripFormatting& strip, const std::string& text) {
  Isupport isupport;
  isupport.statuses = "@";
  auto line = *parse_line(text);
  strip.apply(isupport, line);
  return line.params.empty() ? "" : line.params.back();
}

const StripFormatting everywhere{true, {}}, in_a{false, {"#A", "#other"}}, nowhere{};

TEST_CASE("formatting is taken out of every text, and of nothing else") {
  for (const char* line : {"PRIVMSG #a", "PRIVMSG bot", "NOTICE #a", "TOPIC #a", "PART #a",
                           "KICK #a eve", "QUIT", "AWAY", "SETNAME"}) {
    const auto text = ":eve!e@h " + std::string{line} +
                      " :\x02x\x03"
                      "4y";
    CAPTURE(text);
    CHECK(stripped(everywhere, text) == "xy");
    CHECK(stripped(nowhere, text) ==
          "\x02x\x03"
          "4y");
  }
  for (const char* line : {"PING \x02", "JOIN #\x02", "PART #\x02", "KICK #a \x02", "PRIVMSG \x02",
                           "NICK \x02", "MODE #a \x02"}) {
    CAPTURE(line);
    CHECK(stripped(everywhere, line).ends_with('\x02'));
  }
  CHECK(stripped(everywhere, "QUIT").empty());
}

TEST_CASE("what is no CTCP does not become one when formatting is taken out") {
  CHECK(stripped(in_a, ":eve!e@h PRIVMSG #a :\x02\x01VERSION\x01") == "\x02\x01VERSION\x01");
  CHECK(stripped(in_a,
                 ":eve!e@h PRIVMSG #a :\x01"
                 "ACTION \x02waves\x01") ==
        "\x01"
        "ACTION waves\x01");
}

TEST_CASE("in some channels alone it is taken out there, and neither elsewhere nor in private") {
  CHECK(stripped(in_a, ":eve!e@h PRIVMSG #a :\x02x") == "x");
  CHECK(stripped(in_a, ":eve!e@h PRIVMSG #Other :\x02x") == "x");
  CHECK(stripped(in_a, ":eve!e@h PRIVMSG @#a :\x02x") == "x");
  CHECK(stripped(in_a, ":eve!e@h TOPIC #a :\x02x") == "x");
  for (const char* line : {"PRIVMSG #b :\x02x", "PRIVMSG bot :\x02x", "QUIT :\x02x"}) {
    CAPTURE(line);
    CHECK(stripped(in_a, line) == "\x02x");
  }
}

}  // namespace
}  // namespace tubes::irc
