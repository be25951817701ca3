#include <doctest/doctest.h>

#include <tubes/transports/zeromq/unanswered.hpp>

using tubes::zeromq::Unanswered;
using namespace std::chrono_literals;

namespace {

constexpr tubes::Clock::Time start = 7s;

}  // namespace

TEST_CASE("a cumulative count answers what was sent since the last one") {
  Unanswered unanswered;
  for (int i = 0; i < 5; ++i) unanswered.sent(1, start);
  CHECK(unanswered.answered(2, start) == 2);
  CHECK(unanswered.answered(2, start) == 0);
  CHECK(unanswered.answered(5, start) == 3);
}

TEST_CASE("a count that goes back or beyond what was sent cannot be") {
  Unanswered unanswered;
  for (int i = 0; i < 3; ++i) unanswered.sent(1, start);
  CHECK_FALSE(unanswered.answered(4, start));
  CHECK(unanswered.answered(2, start) == 2);
  CHECK_FALSE(unanswered.answered(1, start));
  CHECK_FALSE(unanswered.answered(~0ULL, start));
  CHECK(unanswered.answered(3, start) == 1);
}

TEST_CASE("there is no room beyond so many messages until some are answered") {
  Unanswered unanswered;
  std::uint64_t count = 0;
  for (; unanswered.has_room() && count < 1'000'000; ++count) unanswered.sent(0, start);
  CHECK(count == 10'000);
  unanswered.answered(1, start);
  CHECK(unanswered.has_room());
}

TEST_CASE("there is no room beyond so many bytes, yet always for one message") {
  Unanswered unanswered;
  CHECK(unanswered.has_room());
  unanswered.sent(100 << 20, start);
  CHECK_FALSE(unanswered.has_room());
  unanswered.answered(1, start);
  CHECK(unanswered.has_room());
}

TEST_CASE("nothing is overdue while nothing waits for an answer") {
  Unanswered unanswered;
  CHECK_FALSE(unanswered.overdue_from());
  unanswered.sent(1, start);
  unanswered.answered(1, start);
  CHECK_FALSE(unanswered.overdue_from());
}

TEST_CASE("an answer is overdue ten seconds after the last one, or after something began to wait") {
  Unanswered unanswered;
  unanswered.sent(1, start);
  unanswered.sent(1, start + 5s);
  CHECK(unanswered.overdue_from() == start + 10s);
  unanswered.answered(0, start + 8s);  // the same again is no answer
  CHECK(unanswered.overdue_from() == start + 10s);
  unanswered.answered(1, start + 9s);
  CHECK(unanswered.overdue_from() == start + 19s);
}

TEST_CASE("what is sent after a long silence has its own ten seconds") {
  Unanswered unanswered;
  unanswered.sent(1, start);
  unanswered.answered(1, start);
  unanswered.sent(1, start + 60s);
  CHECK(unanswered.overdue_from() == start + 70s);
}
