#include <doctest/doctest.h>

#include <tubes/bridge/irc/channels.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

const Isupport isupport;

TEST_CASE("nothing is joined before it is due") {
  Channels channels{{"#a"}};
  CHECK(channels.due_joins(1h).empty());
  CHECK_FALSE(channels.next_due());
}

TEST_CASE("channels share a JOIN, those with a key first") {
  Channels channels{{"#a", "#b secret", "#c", "#d other"}};
  channels.all_due(1s);
  CHECK(channels.next_due() == 1s);
  CHECK(channels.due_joins(1s) == Lines{"JOIN #b,#d,#a,#c secret,other\r\n"});
  CHECK(channels.due_joins(1s).empty());
}

TEST_CASE("many channels take several JOINs of at most 512 bytes") {
  Lines configured;
  for (int i = 100; i < 200; ++i) configured.push_back("#channel" + std::to_string(i) + " key");
  Channels channels{configured};
  channels.all_due(0s);
  const auto lines = channels.due_joins(0s);
  CHECK(lines.size() == 4);
  for (const auto& line : lines) CHECK(line.size() <= max_line);
}

TEST_CASE("a JOIN holds as many channels as are allowed at once") {
  Channels channels{{"#a", "#b secret", "#c"}};
  channels.all_due(0s);
  CHECK(channels.due_joins(0s, 2) == Lines{"JOIN #b,#a secret\r\n", "JOIN #c\r\n"});
  channels.all_due(0s);
  CHECK(channels.due_joins(0s, 1).size() == 3);
}

TEST_CASE("a channel joined since is wanted, one left on request is not") {
  Channels channels{{"#a"}};
  channels.joined(isupport, "#b", 0s);
  channels.left(isupport, "#A");
  channels.all_due(0s);
  CHECK(channels.due_joins(0s) == Lines{"JOIN #b\r\n"});
}

TEST_CASE("a server cannot make us want any number of channels") {
  Channels channels{{"#a"}};
  std::size_t wanted = 1;
  for (int i = 0; i < 2000; ++i) wanted += channels.joined(isupport, "#c" + std::to_string(i), 0s);
  CHECK(wanted == Channels::limit);
  CHECK(channels.joined(isupport, "#a", 0s));
}

TEST_CASE("joining ends the plan to join, and so does losing the connection") {
  Channels channels{{"#a", "#b"}};
  channels.all_due(0s);
  channels.joined(isupport, "#A", 0s);
  CHECK(channels.due_joins(0s) == Lines{"JOIN #b\r\n"});
  channels.all_due(0s);
  channels.disconnected();
  CHECK_FALSE(channels.next_due());
}

TEST_CASE("a channel that fits no JOIN is refused at once") {
  for (const char* bad : {"", "#a,#b", "#a k,l", "#a two words", "#a\r\nQUIT", ":a"}) {
    CHECK_THROWS_AS(Channels{{bad}}, Error);
  }
}

}  // namespace
}  // namespace tubes::irc
