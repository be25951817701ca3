#pragma once

#include <vector>

#include <tubes/conformance/suite.hpp>

namespace tubes::test {

/// Every transport of this build, over its real backend on loopback.
std::vector<conformance::Transport> every_transport();

}  // namespace tubes::test
