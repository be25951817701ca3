#include "broken.hpp"

#include <algorithm>
#include <array>

namespace tubes::test {
namespace {

/// Whether a case may say so that waited for what never came.
bool is_of_a_timeout(const std::string& why) {
  if (why.empty()) return true;
  constexpr std::array reasons{"in vain", "hung", "gave up", "the outbox is full"};
  return std::ranges::any_of(
      reasons, [&](const char* reason) { return why.find(reason) != std::string::npos; });
}

/// Who waits for what never comes is not to wait long; all else has the time it takes.
conformance::Settings patience_for(const FoundBy& found_by) {
  if (!is_of_a_timeout(found_by.why)) return {};
  return {.patience = std::chrono::seconds{3}, .deadline = std::chrono::seconds{12}};
}

std::deque<Broken>& all() {
  static std::deque<Broken> buses;
  return buses;
}

}  // namespace

const std::deque<Broken>& broken_buses() {
  return all();
}

const Broken& declare(Broken broken) {
  return all().emplace_back(std::move(broken));
}

void expect_found_out(const Broken& broken) {
  REQUIRE_FALSE(broken.found_by.empty());
  for (const auto& found_by : broken.found_by) {
    const auto result =
        conformance::run(hub_with(broken.fault), found_by.name, patience_for(found_by));
    INFO(found_by.name << ": " << conformance::name(result.outcome) << ", " << result.why);
    CHECK(result.outcome == conformance::Outcome::failed);
    CHECK(result.why.find(found_by.why) != std::string::npos);
  }
}

}  // namespace tubes::test
