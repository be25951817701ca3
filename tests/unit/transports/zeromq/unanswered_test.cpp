#include <doctest/doctest.h>

#include <tubes/transports/zeromq/unanswered.hpp>

using tubes::zeromq::Unanswered;

TEST_CASE("a cumulative count answers what was sent since the last one") {
  Unanswered unanswered;
  for (int i = 0; i < 5; ++i) unanswered.sent(1);
  CHECK(unanswered.answered(2) == 2);
  CHECK(unanswered.answered(2) == 0);
  CHECK(unanswered.answered(5) == 3);
}

TEST_CASE("a count that goes back or beyond what was sent cannot be") {
  Unanswered unanswered;
  for (int i = 0; i < 3; ++i) unanswered.sent(1);
  CHECK_FALSE(unanswered.answered(4));
  CHECK(unanswered.answered(2) == 2);
  CHECK_FALSE(unanswered.answered(1));
  CHECK_FALSE(unanswered.answered(~0ULL));
  CHECK(unanswered.answered(3) == 1);
}

TEST_CASE("there is no room beyond so many messages until some are answered") {
  Unanswered unanswered;
  std::uint64_t count = 0;
  for (; unanswered.has_room() && count < 1'000'000; ++count) unanswered.sent(0);
  CHECK(count == 10'000);
  unanswered.answered(1);
  CHECK(unanswered.has_room());
}

TEST_CASE("there is no room beyond so many bytes, yet always for one message") {
  Unanswered unanswered;
  CHECK(unanswered.has_room());
  unanswered.sent(100 << 20);
  CHECK_FALSE(unanswered.has_room());
  unanswered.answered(1);
  CHECK(unanswered.has_room());
}
