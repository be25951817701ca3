#include <set>
#include <string>

#include "broken.hpp"

using namespace tubes;
using namespace tubes::test;

TEST_CASE("every case of the suite has a name of its own") {
  std::set<std::string> names;
  for (const auto& entry : conformance::cases()) {
    CAPTURE(entry.name);
    CHECK(names.insert(entry.name).second);
  }
  CHECK_FALSE(names.empty());
}

TEST_CASE("the hub without a fault fails no case") {
  const auto healthy = hub_with({});
  for (const auto& entry : conformance::cases()) {
    const auto result = conformance::run(healthy, entry.name);
    INFO(entry.name << ": " << result.why);
    CHECK(result.outcome != conformance::Outcome::failed);
  }
}

TEST_CASE("every case of the suite is proven able to fail by a broken bus") {
  std::set<std::string> proven;
  for (const auto& broken : broken_buses())
    for (const auto& found : broken.found_by) proven.insert(found.name);
  for (const auto& entry : conformance::cases()) {
    CAPTURE(entry.name);
    CHECK(proven.contains(entry.name));
  }
}
