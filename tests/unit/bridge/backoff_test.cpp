#include <doctest/doctest.h>

#include <tubes/bridge/backoff.hpp>

namespace tubes::bridge {
namespace {

using namespace std::chrono_literals;

void check_limit(Backoff& backoff, Backoff::Milliseconds limit) {
  const auto delay = backoff.next();
  CHECK(delay >= limit / 2);
  CHECK(delay <= limit);
}

TEST_CASE("the delay's limit doubles up to the longest, and starts anew after a success") {
  Backoff backoff{1s, 5s, 7};
  for (const auto limit : {1s, 2s, 4s, 5s, 5s}) check_limit(backoff, limit);
  backoff.ended_after(59s);
  check_limit(backoff, 5s);
  backoff.ended_after(60s);
  check_limit(backoff, 1s);
}

TEST_CASE("delays differ from seed to seed") {
  int different = 0;
  for (unsigned seed = 1; seed <= 10; ++seed) {
    different += Backoff{100s, 100s, seed}.next() != Backoff{100s, 100s, seed + 1}.next();
  }
  CHECK(different >= 9);
}

}  // namespace
}  // namespace tubes::bridge
