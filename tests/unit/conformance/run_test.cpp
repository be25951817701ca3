#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

#include <tubes/conformance/case.hpp>
#include <tubes/conformance/stage.hpp>

#include "hub_place.hpp"

using namespace tubes;
using namespace tubes::test;
using conformance::Case;
using conformance::Need;
using conformance::Outcome;
using conformance::Result;
using conformance::Stage;

namespace {

Result run(const Case& one, const conformance::Settings& settings = {}) {
  return conformance::run(hub_with({}), {"a promise", std::string(one.name)}, one, settings);
}

bool says(const Result& result, const std::string& text) {
  return result.why.find(text) != std::string::npos;
}

void hang() {
  for (;;) ::pause();
}

/// Hangs when it is unwound.
struct Hanging {
  ~Hanging() { hang(); }
};

}  // namespace

TEST_CASE("a case that comes to its end has passed") {
  const auto result = run({"passes", [](Stage& stage) { conformance::Member bus(stage); }});
  CHECK(result.outcome == Outcome::passed);
  CHECK(result.why.empty());
  CHECK(result.entry.name == "passes");
  CHECK(result.entry.promise == "a promise");
}

TEST_CASE("a case that expects in vain has failed, and the reason says what and where") {
  const auto result = run({"fails", [](Stage&) { EXPECT_EQUAL(1 + 1, 3); }});
  CHECK(result.outcome == Outcome::failed);
  CHECK(says(result, "run_test.cpp:"));
  CHECK(says(result, "1 + 1 is 2, and not 3"));
}

TEST_CASE("a reason of several lines is one of the same case") {
  const auto result = run({"fails", [](Stage&) { throw std::runtime_error("one\n0two\n"); }});
  CHECK(result.outcome == Outcome::failed);
  CHECK(result.why == "one 0two ");
}

TEST_CASE("whatever a case throws makes it fail") {
  CHECK(run({"throws", [](Stage&) { throw 7; }}).outcome == Outcome::failed);
}

TEST_CASE("what fails inside a handler counts, although the bus catches it") {
  const auto result = run({"fails", [](Stage& stage) {
                             const conformance::Member bus(stage);
                             const auto subscription = bus->subscribe(
                                 "in", [](const Delivery&) { conformance::fail("inside"); });
                             bus->publish("in", "x");
                             conformance::wait_until_received(*bus, 1);
                             bus->close(conformance::patience());
                           }});
  CHECK(result.outcome == Outcome::failed);
  CHECK(result.why == "inside");
}

TEST_CASE("a case that crashes has failed, and the reason names the signal") {
  const auto result = run({"crashes", [](Stage&) { std::abort(); }});
  CHECK(result.outcome == Outcome::failed);
  CHECK(result.why == "it crashed (Aborted)");
}

TEST_CASE("a case that ends its process has failed") {
  const auto result = run({"exits", [](Stage&) { ::_exit(0); }});
  CHECK(result.outcome == Outcome::failed);
  CHECK(says(result, "it ended the process"));
}

TEST_CASE("a case that crashes after its failure has failed for both reasons") {
  const auto result = run({"fails", [](Stage&) {
                             conformance::note_failure("first");
                             std::abort();
                           }});
  CHECK(result.outcome == Outcome::failed);
  CHECK(result.why == "first; then it crashed (Aborted)");
}

TEST_CASE("a case that hangs is ended at the deadline, and has failed") {
  const auto result =
      run({"hangs", [](Stage&) { hang(); }}, {.deadline = std::chrono::milliseconds{100}});
  CHECK(result.outcome == Outcome::failed);
  CHECK(says(result, "it hung: not at its end after "));
  CHECK(result.took >= std::chrono::milliseconds{100});
}

TEST_CASE("a case that hangs when it is unwound has failed for both reasons, long before") {
  const auto result = run({"fails", [](Stage&) {
                             const Hanging hanging;
                             conformance::fail("first");
                           }});
  CHECK(result.outcome == Outcome::failed);
  CHECK(says(result, "first; then it hung"));
  CHECK(result.took < conformance::Settings{}.deadline);
}

TEST_CASE("what a case leaves behind ends with it, and is not waited for") {
  const auto result = run({"forks", [](Stage&) {
                             if (::fork() == 0) hang();  // and keeps the pipe open
                           }});
  CHECK(result.outcome == Outcome::passed);
  CHECK(result.took < conformance::Settings{}.deadline);
}

TEST_CASE("a case that needs what is not declared is not selected, and the reason says what") {
  const Case needy{"needs", [](Stage&) { conformance::fail("was run"); }, {Need::block}};
  const auto result = run(needy);
  CHECK(result.outcome == Outcome::not_selected);
  CHECK(result.why == "needs Overflow::block");
}

TEST_CASE("a place that cannot be made makes the case fail with its reason") {
  const conformance::Transport nowhere{
      "nowhere", []() -> std::unique_ptr<conformance::Place> { throw std::runtime_error("none"); }};
  const auto result =
      conformance::run(nowhere, {"a promise", "fails"}, {"fails", [](Stage&) {}}, {});
  CHECK(result.outcome == Outcome::failed);
  CHECK(result.why == "none");
}

TEST_CASE("a case that does not exist is an error") {
  CHECK_THROWS_AS((void)conformance::run(hub_with({}), "no such case"), std::invalid_argument);
}
