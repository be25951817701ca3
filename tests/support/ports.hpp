#pragma once

#include <chrono>
#include <cstdint>

namespace tubes::test {

/// A TCP port of 127.0.0.1 that nothing listens on at this moment.
std::uint16_t free_port();

/// Whether anything accepts connections on this port of 127.0.0.1.
bool accepts(std::uint16_t port);

/// Returns once accepts(port); throws std::runtime_error if it does not in time.
void wait_until_accepts(std::uint16_t port, std::chrono::milliseconds timeout);

}  // namespace tubes::test
