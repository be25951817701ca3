#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tubes/conformance/suite.hpp>

// The transports of this build, each over its real backend on loopback.
namespace tubes::test {

using Transports = std::vector<conformance::Transport>;

template <class Place>
conformance::Transport transport(std::string name) {
  return {std::move(name), [] { return std::make_unique<Place>(); }};
}

/// With threads and inline, and the profiles without their faults at random.
Transports memory_transports();
/// TCP, unix socket, TLS with an authority of its own.
Transports redis_transports();
/// TCP, unix sockets, CURVE with keys that are allowed.
Transports zeromq_transports();

}  // namespace tubes::test
