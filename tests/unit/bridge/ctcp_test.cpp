#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/ctcp.hpp>

namespace tubes::irc {
namespace {

using namespace std::chrono_literals;

const Isupport isupport;

Ctcp all_answers() {
  return Ctcp{{"Tubes 1.0", true, [] { return std::time_t{1'333'274'400}; }}};
}

/// A line with `text` between CTCP's delimiters.
Line asked(const std::string& text, const std::string& command = "PRIVMSG",
           const std::string& prefix = "eve!e@h") {
  return Line{"", prefix, command, {"bot", "\x01" + text + "\x01"}};
}

std::string answer(const Line& line) {
  return all_answers().answer(0s, isupport, line).value_or("");
}

std::string notice(const std::string& text) {
  return "NOTICE eve :\x01" + text + "\x01\r\n";
}

TEST_CASE("VERSION, PING and TIME are answered to whoever asked, by a NOTICE") {
  CHECK(answer(asked("VERSION")) == notice("VERSION Tubes 1.0"));
  CHECK(answer(asked("version")) == notice("VERSION Tubes 1.0"));
  CHECK(answer(asked("VERSION with more")) == notice("VERSION Tubes 1.0"));
  CHECK(answer(asked("PING 1333274400 12")) == notice("PING 1333274400 12"));
  CHECK(answer(asked("PING")) == notice("PING"));
  CHECK(answer(asked("TIME")) == notice("TIME 2012-04-01T10:00:00Z"));
  auto open_end = asked("PING 1");
  open_end.params[1].pop_back();
  CHECK(answer(open_end) == notice("PING 1"));
}

TEST_CASE("no other CTCP is answered, DCC least of all, and none in a NOTICE or of a server") {
  for (const char* text : {"DCC SEND x 1 2 3", "DCC CHAT chat 1 2", "ACTION waves", "FINGER", "",
                           "CLIENTINFO", "USERINFO", "VERSIONS", " VERSION"}) {
    CAPTURE(text);
    CHECK(answer(asked(text)).empty());
  }
  CHECK(answer(asked("VERSION", "NOTICE")).empty());
  CHECK(answer(Line{"", "eve!e@h", "PRIVMSG", {"bot", "VERSION"}}).empty());
  CHECK(answer(Line{"", "eve!e@h", "PRIVMSG", {"bot"}}).empty());
  for (const char* prefix : {"", "irc.example.org", "*status!z@znc.in", "#a!e@h", "a,b!e@h"}) {
    CAPTURE(prefix);
    CHECK(answer(asked("VERSION", "PRIVMSG", prefix)).empty());
  }
  CHECK(answer(asked("VERSION", "PRIVMSG", std::string(65, 'n') + "!e@h")).empty());
}

TEST_CASE("what PING gives back is bounded, whole characters, and without control characters") {
  CHECK(answer(asked("PING a\x02\x01\x7f\tb")) == notice("PING ab"));
  CHECK(answer(asked("PING " + std::string(400, 'x'))) == notice("PING " + std::string(63, 'x')));
  CHECK(answer(asked("PING " + std::string(62, 'x') + "é")) ==
        notice("PING " + std::string(62, 'x')));
  CHECK(answer(asked("PING caf\xE9")) == notice("PING café"));
}

TEST_CASE("what is not configured is not answered") {
  Ctcp silent{{}};
  for (const char* text : {"VERSION", "PING 1", "TIME"}) {
    CHECK_FALSE(silent.answer(0s, isupport, asked(text)));
  }
}

TEST_CASE("three questions are answered at once, then one in ten seconds, whoever asks") {
  auto ctcp = all_answers();
  const auto answered = [&](Time now, const std::string& text) {
    return ctcp.answer(now, isupport, asked(text)).has_value();
  };
  CHECK(answered(100s, "VERSION"));
  CHECK(answered(100s, "PING 1"));
  CHECK_FALSE(answered(100s, "DCC CHAT chat 1 2"));
  CHECK(ctcp.answer(100s, isupport, asked("TIME", "PRIVMSG", "bob!b@h")).has_value());
  CHECK_FALSE(answered(109'999ms, "VERSION"));
  CHECK(answered(110s, "VERSION"));
  CHECK_FALSE(answered(110s, "VERSION"));
}

TEST_CASE("a nick that is no UTF-8 gets no answer where the network takes UTF-8 alone") {
  const auto line = asked("VERSION", "PRIVMSG", "\xE9ve!e@h");
  CHECK_FALSE(answer(line).empty());
  Isupport utf8;
  utf8.utf8_only = true;
  CHECK_FALSE(all_answers().answer(0s, utf8, line));
}

TEST_CASE("the text for VERSION has no control characters, is UTF-8 and not too long") {
  CHECK(is_ctcp_version("Tubes 1.0 — a bot"));
  for (const std::string text : {"a\nb", "a\x01", "\xE9"}) CHECK_FALSE(is_ctcp_version(text));
  CHECK(is_ctcp_version(std::string(200, 'x')));
  CHECK_FALSE(is_ctcp_version(std::string(201, 'x')));
}

}  // namespace
}  // namespace tubes::irc
