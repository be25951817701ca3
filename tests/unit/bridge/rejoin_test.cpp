#include <doctest/doctest.h>

#include <tubes/bridge/irc/channels.hpp>
#include <tubes/bridge/irc/rejoin.hpp>

namespace tubes::irc {
namespace {

using namespace std::chrono_literals;
using Lines = std::vector<std::string>;

const Isupport isupport;

TEST_CASE("each time that a channel throws us out the wait doubles, up to its longest") {
  struct Row {
    int cause;
    std::vector<Time> waits;
  };
  const std::vector<Row> rows{
      {RejoinRule::kick, {5s, 10s, 20s, 40s, 80s, 160s, 300s, 300s}},
      {403, {60s, 120s, 240s, 480s, 600s, 600s}},
      {471, {60s, 120s, 240s, 480s, 600s, 600s}},
      {473, {60s, 120s, 240s, 480s, 600s, 600s}},
      {474, {300s, 600s, 1200s, 2400s, 3600s, 3600s}},
      {475, {300s, 600s, 1200s, 2400s, 3600s, 3600s}},
      {477, {300s, 600s, 1200s, 2400s, 3600s, 3600s}},
  };
  for (const auto& [cause, waits] : rows) {
    CAPTURE(cause);
    RejoinBackoff backoff;
    for (const auto wait : waits) CHECK(backoff.next(rejoin_rule(cause)) == wait);
  }
}

TEST_CASE("another cause, or having stayed in for a minute, begins with its shortest wait") {
  RejoinBackoff backoff;
  const auto& kick = rejoin_rule(RejoinRule::kick);
  backoff.next(kick);
  CHECK(backoff.next(kick, 59s) == 10s);
  CHECK(backoff.next(rejoin_rule(474)) == 5min);
  CHECK(backoff.next(kick) == 5s);
  CHECK(backoff.next(kick) == 10s);
  CHECK(backoff.next(kick, 60s) == 5s);
}

/// A channel that we are in, and another.
struct InChannel {
  Channels channels{{"#A", "#locked key"}};
  InChannel() {
    channels.joined(isupport, "#a", 100s);
    channels.joined(isupport, "#locked", 100s);
  }
};

TEST_CASE("a channel that kicks us out is asked for after a wait that grows with each kick") {
  InChannel in;
  in.channels.kicked(isupport, "#a", 110s, true);
  CHECK(in.channels.next_due() == 115s);
  CHECK(in.channels.due_joins(114s).empty());
  CHECK(in.channels.due_joins(115s) == Lines{"JOIN #A\r\n"});
  in.channels.joined(isupport, "#a", 116s);
  in.channels.kicked(isupport, "#a", 117s, true);
  CHECK(in.channels.next_due() == 127s);
  in.channels.joined(isupport, "#a", 127s);
  in.channels.kicked(isupport, "#a", 200s, true);  // it had us for over a minute
  CHECK(in.channels.next_due() == 205s);
  in.channels.joined(isupport, "#a", 206s);
  in.channels.kicked(isupport, "#a", 300s, false);
  CHECK_FALSE(in.channels.next_due());
}

TEST_CASE("a channel nobody wants is not asked for again") {
  InChannel in;
  in.channels.kicked(isupport, "#other", 5s, true);
  CHECK(in.channels.refused(isupport, "#other", 474, 5s).empty());
  in.channels.invited(isupport, "#other", 5s);
  CHECK_FALSE(in.channels.next_due());
}

TEST_CASE("what refuses us says in the log what helps, and when it is tried again") {
  const std::vector<std::pair<int, std::string>> rows{
      {471, "; will try again in 60 s"},
      {473, "; an INVITE lets the bot in at once; will try again in 60 s"},
      {474, "; somebody there has to lift the ban; will try again in 300 s"},
      {475, "; its key is missing (\"#channel key\" under channels); will try again in 300 s"},
      {477, "; it may let in only who is logged in (sasl, nickserv); will try again in 300 s"},
      {405, "; that many channels at once are too many for it; will try again after a reconnect"},
  };
  for (const auto& [numeric, told] : rows) {
    CAPTURE(numeric);
    Channels channels{{"#a"}};
    CHECK(channels.refused(isupport, "#a", numeric, 100s) == told);
    CHECK(channels.next_due().has_value() == (numeric != 405));
  }
}

TEST_CASE("of channels that are too many the rest is asked for after a reconnect alone") {
  Channels channels{{"#a"}};
  channels.refused(isupport, "#a", 405, 100s);
  CHECK(channels.due_joins(24h).empty());
  channels.disconnected();
  channels.all_due(25h);
  CHECK(channels.due_joins(25h) == Lines{"JOIN #a\r\n"});
}

TEST_CASE("a key that we know is tried when somebody asked without it, and once") {
  Channels channels{{"#locked key"}};
  CHECK(channels.refused(isupport, "#locked", 475, 100s) == "; will try again with the key");
  CHECK(channels.due_joins(100s) == Lines{"JOIN #locked key\r\n"});
  CHECK(channels.refused(isupport, "#locked", 475, 101s) ==
        "; its key has changed (\"#channel key\" under channels); will try again in 300 s");
  CHECK(channels.next_due() == 401s);
}

TEST_CASE("an INVITE makes a channel due at once, but not again and again") {
  Channels channels{{"#a"}};
  channels.all_due(100s);
  channels.due_joins(100s);
  channels.refused(isupport, "#a", 473, 100s);
  channels.invited(isupport, "#A", 150s);
  CHECK(channels.due_joins(150s) == Lines{"JOIN #a\r\n"});
  channels.refused(isupport, "#a", 473, 151s);
  for (int i = 0; i < 5; ++i) channels.invited(isupport, "#a", 152s);
  CHECK(channels.next_due() == 160s);
  CHECK(channels.due_joins(160s) == Lines{"JOIN #a\r\n"});
  channels.joined(isupport, "#a", 161s);
  channels.invited(isupport, "#a", 200s);
  CHECK_FALSE(channels.next_due());
}

}  // namespace
}  // namespace tubes::irc
