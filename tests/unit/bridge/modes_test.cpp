#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/modes.hpp>

namespace tubes::irc {
namespace {

/// The lines that this one becomes on a network that says this of itself, with '|' between.
std::string split(const std::string& text, const std::string& tokens) {
  Isupport isupport;
  isupport.learn(*parse_line(":s 005 bot " + tokens + " :are supported by this server"));
  std::string all;
  for (const auto& line : split_modes(*parse_line(text), isupport)) {
    const auto bytes = format_line(line);
    all.append(all.empty() ? "" : "|").append(bytes, 0, bytes.size() - 2);
  }
  return all;
}

TEST_CASE("a MODE has no more parameters than MODES says, and the rest follows in its order") {
  const auto of_two = [](const std::string& text) {
    return split(text, "MODES=2 CHANMODES=be,k,lf,imnt PREFIX=(ov)@+");
  };
  CHECK(of_two("MODE #a +oo a b") == "MODE #a +oo a b");
  CHECK(of_two("MODE #a +ooo a b c") == "MODE #a +oo a b|MODE #a +o c");
  CHECK(of_two("MODE #a +o-v+b-b+o a b c d e") == "MODE #a +o-v a b|MODE #a +b-b c d|MODE #a +o e");
  CHECK(of_two("MODE #a +lk-l+vm 5 key nick") == "MODE #a +lk-l 5 key|MODE #a +vm nick");
  CHECK(of_two("MODE #a ooo a b c") == "MODE #a +oo a b|MODE #a +o c");
  CHECK(of_two("MODE #a +mntooo a b c") == "MODE #a +mntoo a b|MODE #a +o c");
}

TEST_CASE("what is no MODE of a channel, or has parameters for no mode, is left as it is") {
  for (const char* line : {"MODE #a", "MODE #a +b", "MODE bot +ooo a b c", "KICK #a a b c d",
                           "MODE #a +xyz a b c", "MODE #a +ooo a b c d"}) {
    CHECK(split(line, "MODES=2") == line);
  }
  CHECK(split("MODE #a +oooooo a b c d e f", "NICKLEN=9") == "MODE #a +oooooo a b c d e f");
  CHECK(split("MODE #a +oooooo a b c d e f", "MODES") == "MODE #a +oooooo a b c d e f");
  CHECK(split("MODE #a +oooooo a b c d e f", "MODES=") == "MODE #a +oooooo a b c d e f");
}

TEST_CASE("without CHANMODES and PREFIX modes are those of RFC 1459") {
  CHECK(split("MODE #a +bklov-l a b c d e", "MODES=3") == "MODE #a +bkl a b c|MODE #a +ov-l d e");
}

TEST_CASE("MONITOR with a limit of none is no MONITOR") {
  const auto monitor = [](const std::string& token) {
    Isupport isupport;
    isupport.learn(*parse_line(":s 005 bot " + token + " :are supported"));
    return isupport.monitor;
  };
  CHECK(monitor("MONITOR"));
  CHECK(monitor("MONITOR=1"));
  CHECK(monitor("MONITOR="));
  CHECK_FALSE(monitor("MONITOR=0"));
  CHECK_FALSE(monitor("NICKLEN=9"));
}

}  // namespace
}  // namespace tubes::irc
