#pragma once

#include <chrono>
#include <cstdint>

namespace tubes::test {

/// The first of `count` neighbouring TCP ports of 127.0.0.1 that nothing listens on at this moment.
/// Drawn from below those that the kernel gives to outgoing connections: a server that is restarted
/// finds its port again, and whoever calls it meanwhile does not reach itself.
std::uint16_t free_port(int count = 1);

/// Whether anything accepts connections on this port of 127.0.0.1.
bool accepts(std::uint16_t port);

/// Returns once accepts(port); throws std::runtime_error if it does not in time.
void wait_until_accepts(std::uint16_t port, std::chrono::milliseconds timeout);

}  // namespace tubes::test
