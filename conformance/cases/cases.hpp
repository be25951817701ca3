#pragma once

#include <vector>

#include <tubes/conformance/case.hpp>

// The chapters of the contract, each a file.
namespace tubes::conformance {

std::vector<Promise> subscribing();

}  // namespace tubes::conformance
