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

TEST_CASE("a queue sends what the bucket allows, in order, and says when it goes on") {
  OutgoingQueue queue{{2, 1}};
  CHECK_FALSE(queue.ready_at(0s));
  CHECK(queue.push("#a", {"1", "2", "3"}));
  CHECK(queue.take(0s) == "12");
  REQUIRE(queue.ready_at(0s));
  CHECK(*queue.ready_at(0s) <= 1s);
  CHECK(*queue.ready_at(0s) > 999ms);
  CHECK(queue.take(500ms).empty());
  CHECK(queue.take(1s) == "3");
  CHECK_FALSE(queue.ready_at(1s));
}

TEST_CASE("targets take turns, and each keeps its order") {
  OutgoingQueue queue{{6, 1}};
  CHECK(queue.push("#a", {"a1", "a2", "a3"}));
  CHECK(queue.push("#b", {"b1"}));
  CHECK(queue.push("#a", {"a4"}));
  CHECK(queue.push("#c", {"c1"}));
  CHECK(queue.take(0s) == "a1b1c1a2a3a4");
}

TEST_CASE("a queue takes all the lines or none, up to its limit") {
  OutgoingQueue queue{{1, 1}};
  for (std::size_t i = 1; i < OutgoingQueue::limit; ++i)
    CHECK(queue.push(std::to_string(i), {"x"}));
  CHECK_FALSE(queue.push("#b", {"y", "z"}));
  CHECK(queue.size() == OutgoingQueue::limit - 1);
  CHECK(queue.push("#b", {"y"}));
  CHECK(queue.size() == OutgoingQueue::limit);
}

TEST_CASE("one target has a limit of its own, and what must not be refused is sent first") {
  OutgoingQueue queue{{1000, 1}};
  CHECK(queue.push("#a", std::vector<std::string>(OutgoingQueue::limit_per_target, "x")));
  CHECK_FALSE(queue.push("#a", {"y"}));
  CHECK(queue.push("#b", {"y"}));
  queue.push_first({"1", "2"});
  CHECK(queue.first_waits());
  CHECK(queue.take(0s).find("12xy") == 0);
  CHECK_FALSE(queue.first_waits());
}

TEST_CASE("a reset drops what waits, says how much, and fills the bucket") {
  OutgoingQueue queue{{1, 1}};
  CHECK(queue.push("#a", {"1", "2", "3"}));
  CHECK(queue.take(0s) == "1");
  CHECK(queue.reset({1, 1}) == 2);
  CHECK(queue.push("#a", {"4"}));
  CHECK(queue.take(0s) == "4");
}

}  // namespace
}  // namespace tubes::irc
