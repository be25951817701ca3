#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/transports/zeromq/warnings.hpp>

using tubes::zeromq::Warnings;

TEST_CASE("the first warning of a kind is passed on, the others as a number") {
  std::vector<std::string> heard;
  Warnings warnings([&](const std::string& text) { heard.push_back(text); });
  for (int i = 0; i < 4; ++i) warnings.warn("dropped", "case " + std::to_string(i));
  warnings.warn("slow", "x");
  CHECK(heard == std::vector<std::string>{"dropped: case 0", "slow: x"});
  heard.clear();
  warnings.end_interval();
  CHECK(heard == std::vector<std::string>{"dropped: 3 more"});
  heard.clear();
  warnings.end_interval();
  warnings.warn("dropped", "again");
  CHECK(heard == std::vector<std::string>{"dropped: again"});
}

TEST_CASE("where nobody listens warnings are no error") {
  Warnings warnings({});
  warnings.warn("dropped", "x");
  warnings.end_interval();
}
