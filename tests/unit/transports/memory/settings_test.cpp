#include "profiled.hpp"

using namespace tubes;

namespace {

/// What memory::open says to the URL.
std::string refusal(const std::string& url, const BusOptions& options = {}) {
  try {
    (void)memory::open(Url::parse(url), options);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::invalid_url);
    return error.what();
  }
  return "none";
}

bool says(const std::string& text, const std::string& part) {
  CAPTURE(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a profile that is not known is refused with the list of those that are") {
  CHECK(says(refusal("memory://t?profile=kafka"), "known are: ideal, redis, zmq"));
}

TEST_CASE("a seed and a rate of faults are numbers within their bounds") {
  CHECK(says(refusal("memory://t?profile=zmq&seed=x"), "the seed of memory://"));
  CHECK(says(refusal("memory://t?profile=zmq&seed=-1"), "not -1"));
  CHECK(says(refusal("memory://t?profile=zmq&faults=1001"), "from 0 to 1000, not 1001"));
}

TEST_CASE("ideal has no faults, and no way to provoke one") {
  CHECK(says(refusal("memory://t?faults=1"), "has no faults"));
  const auto bus = memory::open(Url::parse("memory://t?seed=7&faults=0"));
  CHECK_THROWS_WITH_AS(memory::disconnect("t"), doctest::Contains("?profile=redis"), Error);
  CHECK_THROWS_AS(memory::restart("nobody"), Error);
}

TEST_CASE("one name has one profile, one seed and one rate of faults") {
  const auto bus = memory::open(Url::parse("memory://t?profile=zmq&seed=7&faults=3"));
  CHECK(says(refusal("memory://t?profile=redis&seed=7&faults=3"), "is open with ?profile=zmq"));
  CHECK(says(refusal("memory://t?profile=zmq&seed=8&faults=3"), "is open with ?seed=7"));
  CHECK(says(refusal("memory://t?profile=zmq&seed=7"), "is open with ?faults=3"));
  CHECK(refusal("memory://t?profile=zmq&seed=7&faults=3") == "none");
}

TEST_CASE("an inline profile refuses a clock that nobody can move") {
  CHECK(says(refusal("memory://t?profile=zmq", {.clock = &Clock::system()}), "VirtualClock"));
}
