#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/transports/zeromq/readiness.hpp>

using tubes::zeromq::Readiness;
using Texts = std::vector<std::string>;

namespace {

/// A connection whose first probe was answered.
Readiness connected() {
  Readiness readiness("me");
  readiness.answered(*readiness.next_probe());
  return readiness;
}

}  // namespace

TEST_CASE("the first probe proves the connection, with no filter") {
  Readiness readiness("me");
  CHECK(readiness.is_waiting());
  CHECK(readiness.next_probe() == "$ready.me.0");
  CHECK_FALSE(readiness.next_probe());
  const auto proof = readiness.answered("$ready.me.0");
  REQUIRE(proof);
  CHECK(proof->filters.empty());
  CHECK(proof->probes == Texts{"$ready.me.0"});
  CHECK_FALSE(readiness.is_waiting());
}

TEST_CASE("one probe proves all filters that were added before it") {
  auto readiness = connected();
  readiness.add("a");
  readiness.add("b.>");
  const auto probe = readiness.next_probe();
  REQUIRE(probe);
  CHECK_FALSE(readiness.next_probe());
  CHECK(readiness.answered(*probe)->filters == Texts{"a", "b.>"});
}

TEST_CASE("a probe proves no filter that was added after it") {
  auto readiness = connected();
  readiness.add("a");
  const auto first = readiness.next_probe();
  readiness.add("b");
  const auto second = readiness.next_probe();
  CHECK(readiness.answered(*first)->filters == Texts{"a"});
  CHECK(readiness.is_waiting());
  CHECK(readiness.answered(*second)->filters == Texts{"b"});
  CHECK_FALSE(readiness.is_waiting());
}

TEST_CASE("a later probe proves what an unanswered earlier one was for") {
  auto readiness = connected();
  readiness.add("a");
  const auto first = readiness.next_probe();
  readiness.repeat();
  const auto second = readiness.next_probe();
  REQUIRE(second);
  CHECK(*second != *first);
  const auto proof = readiness.answered(*second);
  CHECK(proof->filters == Texts{"a"});
  CHECK(proof->probes == Texts{*first, *second});
  CHECK_FALSE(readiness.answered(*first));
}

TEST_CASE("nothing is probed again where nothing is open") {
  auto readiness = connected();
  readiness.repeat();
  CHECK_FALSE(readiness.next_probe());
}

TEST_CASE("a filter that no probe was made for yet is probed for, also when it is time to repeat") {
  auto readiness = connected();
  readiness.add("a");
  readiness.repeat();
  CHECK(readiness.next_probe());
}

TEST_CASE("a filter that was removed is not told to be live") {
  auto readiness = connected();
  readiness.add("a");
  readiness.add("b");
  const auto probe = readiness.next_probe();
  readiness.remove("a");
  CHECK(readiness.answered(*probe)->filters == Texts{"b"});
}

TEST_CASE("an answer to somebody else's probe proves nothing") {
  auto readiness = connected();
  readiness.add("a");
  readiness.next_probe();
  for (const std::string topic : {"$ready.you.1", "$ready.me.0", "$ready.me.2", "$ready.me.", "in"})
    CHECK_FALSE(readiness.answered(topic));
  CHECK(readiness.is_waiting());
}
