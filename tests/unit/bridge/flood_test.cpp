#include <doctest/doctest.h>

#include <tubes/bridge/irc/flood.hpp>

namespace tubes::irc {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a bucket gives its burst at once and then one token per period") {
  TokenBucket bucket{{3, 0.5}};
  for (int i = 0; i < 3; ++i) CHECK(bucket.take(0s));
  CHECK_FALSE(bucket.take(0s));
  CHECK_FALSE(bucket.take(1900ms));
  CHECK(bucket.take(2s));
  CHECK_FALSE(bucket.take(2s));
}

TEST_CASE("a bucket never holds more than its burst") {
  TokenBucket bucket{{2, 1}};
  CHECK(bucket.take(1h));
  CHECK(bucket.take(1h));
  CHECK_FALSE(bucket.take(1h));
}

TEST_CASE("a line that could not wait makes the next ones wait the longer") {
  TokenBucket bucket{{2, 1}};
  bucket.charge(100s, 0);
  CHECK(bucket.take(100s));
  bucket.charge(100s, 2);
  CHECK_FALSE(bucket.take(100s));
  CHECK(bucket.ready_at(100s) == 102s);
  CHECK(bucket.take(102s));
}

TEST_CASE("a token is there when ready_at said so") {
  for (const double rate : {0.3, 0.5, 0.7, 3.0, 7.0}) {
    TokenBucket bucket{{1, rate}};
    Time now = 12345s;
    for (int i = 0; i < 1000; ++i) {
      REQUIRE(bucket.take(now));
      REQUIRE(bucket.ready_at(now) > now);
      now = bucket.ready_at(now);
    }
  }
}

}  // namespace
}  // namespace tubes::irc
