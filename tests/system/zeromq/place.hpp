#pragma once

#include <cstdint>
#include <string>

#include <tubes/bus/url.hpp>

namespace tubes::test {

/// A loopback port that is free, as is the next one.
std::uint16_t free_port_pair(const std::string& host = "127.0.0.1");

/// A broker's URL on loopback that nobody uses.
Url free_url();

}  // namespace tubes::test
