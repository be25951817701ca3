#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/bus/bus.hpp>

using tubes::Deferred;
using Answers = std::vector<bool>;

namespace {

struct Fixture {
  Answers answers;
  Deferred deferred{[this](bool acknowledged) { answers.push_back(acknowledged); }};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a deferred delivery is answered once, and later answers do nothing") {
  deferred.acknowledge();
  deferred.refuse();
  deferred.acknowledge();
  deferred = {};
  CHECK(answers == Answers{true});
}

TEST_CASE_FIXTURE(Fixture, "a deferred delivery that is dropped is refused") {
  {
    const Deferred dropped = std::move(deferred);
  }
  CHECK(answers == Answers{false});
  deferred.acknowledge();  // moved from: it has nothing to answer
  CHECK(answers == Answers{false});
}

TEST_CASE_FIXTURE(Fixture, "what a deferred delivery is replaced by keeps its own answer") {
  Answers others;
  deferred = Deferred([&](bool acknowledged) { others.push_back(acknowledged); });
  CHECK(answers == Answers{false});
  deferred.acknowledge();
  CHECK(others == Answers{true});
  auto& same = deferred;
  deferred = std::move(same);
  CHECK(answers == Answers{false});
}

TEST_CASE("a delivery of a transport that is not durable needs no answer") {
  auto deferred = tubes::Delivery{"t", ""}.defer();
  deferred.acknowledge();
  deferred.refuse();
}
