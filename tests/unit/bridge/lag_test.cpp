#include <doctest/doctest.h>

#include <tubes/bridge/irc/lag.hpp>

#include "session_fixture.hpp"

namespace tubes::irc {
namespace {

/// That is measured every 60 s, on a server that let us in at 100 s.
struct Measured {
  Lag lag{60s};
  Time now = 100s;
  Measured() { lag.begin(now); }

  std::string after(Time passed) {
    now += passed;
    return lag.take(now);
  }
};

TEST_CASE("the lag is the time from our PING to its PONG, measured at each interval") {
  Measured m;
  CHECK(m.lag.due() == 160s);
  CHECK(m.after(59s).empty());
  CHECK(m.after(1s) == "PING lag-1\r\n");
  CHECK(m.lag.take(m.now).empty());
  CHECK(m.lag.answered(m.now + 250ms, "lag-1") == Time{250ms});
  CHECK(m.lag.due() == 220s);
  CHECK(m.after(60s) == "PING lag-2\r\n");
}

TEST_CASE("a PONG that answers no PING of ours counts for nothing") {
  Measured m;
  m.after(60s);
  for (const char* other : {"", "lag-", "lag-0", "lag-2", "lag-1x", "lag-01x", "tubes", "receipt-1",
                            "lag--1", "lag-99999999999999999999999"}) {
    CHECK_FALSE(m.lag.answered(m.now, other));
  }
  CHECK(m.lag.answered(m.now, "lag-1"));
  CHECK_FALSE(m.lag.answered(m.now, "lag-1"));
}

TEST_CASE("an answer that takes longer than the interval is measured as well") {
  Measured m;
  m.after(60s);
  CHECK(m.after(60s) == "PING lag-2\r\n");
  CHECK(m.lag.answered(m.now + 5s, "lag-1") == Time{65s});
  CHECK(m.lag.answered(m.now + 6s, "lag-2") == Time{6s});
}

TEST_CASE("a server that answers nothing makes us remember no more than a few PINGs") {
  Measured m;
  for (int i = 0; i < 1000; ++i) m.after(60s);
  CHECK(m.lag.answered(m.now, "lag-1") == Time{999 * 60s});
  CHECK_FALSE(m.lag.answered(m.now, "lag-500"));
  CHECK(m.lag.answered(m.now, "lag-1000") == Time{0s});
}

TEST_CASE("a lag is told when it has become bad, without its answer, and when it is good again") {
  Measured m;
  m.after(60s);
  CHECK(m.lag.changed(m.now + 10s).empty());
  CHECK(*m.lag.due() <= m.now + 10s + 1ms);
  const auto bad = m.now + 10s + 1ms;
  CHECK(m.lag.changed(bad) == "the server is slow: it takes over 10 s to answer");
  CHECK(m.lag.changed(bad).empty());
  CHECK(m.lag.due() == m.now + 60s);
  m.lag.answered(m.now + 12s, "lag-1");
  CHECK(m.lag.changed(m.now + 12s).empty());  // it was over 10 s
  m.after(60s);
  m.lag.answered(m.now + 1s, "lag-2");
  CHECK(m.lag.changed(m.now + 1s) == "the server is no longer slow");
}

TEST_CASE("without an interval nothing is measured, and a PING is one all the same") {
  Lag lag{0s};
  lag.begin(100s);
  CHECK_FALSE(lag.due());
  CHECK(lag.take(10h).empty());
  CHECK(lag.ping(10h) == "PING lag-1\r\n");
  CHECK_FALSE(lag.answered(10h, "lag-1"));
  CHECK(lag.changed(20h).empty());
}

TEST_CASE("an answer to a PING of another connection counts for nothing") {
  Measured m;
  m.after(60s);
  m.lag.end();
  CHECK_FALSE(m.lag.due());
  m.lag.begin(m.now);
  CHECK_FALSE(m.lag.answered(m.now, "lag-1"));
  CHECK(m.after(60s) == "PING lag-2\r\n");
}

TEST_CASE("a session publishes its lag, and warns once of a bad one") {
  auto options = bot_options();
  options.lag_interval = 30s;
  Conversation c{options};
  c.register_as("bot");
  CHECK(c.session.next_deadline(c.now) == c.now + 30s);
  CHECK(c.tick(30s).bytes == "PING lag-1\r\n");
  CHECK(c.server(":s PONG s :another").events.empty());
  c.now += 42ms;
  const auto lag = events<in::Lag>(c.server(":s PONG s :lag-1"));
  REQUIRE(lag.size() == 1);
  CHECK(lag[0].milliseconds == 42);
  CHECK(lag[0].network == "net");
  CHECK(c.tick(30s).bytes == "PING lag-2\r\n");
  CHECK(c.tick(11s).warnings ==
        std::vector<std::string>{"the server is slow: it takes over 10 s to answer"});
  CHECK(c.tick(1s).warnings.empty());
  c.session.closed(c.now, "gone");
  c.session.take();
  CHECK(c.register_as("bot").warnings.empty());
}

}  // namespace
}  // namespace tubes::irc
