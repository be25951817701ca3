#pragma once

#include <vector>

#include <tubes/conformance/case.hpp>

// The chapters of the contract, each a file.
namespace tubes::conformance {

std::vector<Promise> meeting();
std::vector<Promise> subscribing();
std::vector<Promise> publishing();
std::vector<Promise> deliveries();
std::vector<Promise> handlers();
std::vector<Promise> timers();
std::vector<Promise> events();
std::vector<Promise> closing();
std::vector<Promise> retained();
std::vector<Promise> undeclared();
std::vector<Promise> absence();
std::vector<Promise> outage();
std::vector<Promise> gaps();

}  // namespace tubes::conformance
