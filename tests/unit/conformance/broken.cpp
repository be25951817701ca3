#include "broken.hpp"

namespace tubes::test {
namespace {

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
  for (const auto& [name, why] : broken.found_by) {
    const auto result = conformance::run(hub_with(broken.fault), name, impatient());
    INFO(name << ": " << conformance::name(result.outcome) << ", " << result.why);
    CHECK(result.outcome == conformance::Outcome::failed);
    CHECK(result.why.find(why) != std::string::npos);
  }
}

conformance::Settings impatient() {
  return {.patience = std::chrono::milliseconds{1'500},
          .deadline = std::chrono::milliseconds{6'000}};
}

}  // namespace tubes::test
