#pragma once

#include <string>
#include <vector>

#include <tubes/config/strict_object.hpp>

namespace tubes::bridge {

// What both kinds of configuration hold. All throw Error{invalid_config} with the place.

/// The required nick under "nick".
std::string read_nick(config::StrictObject& network);

/// Channels: "#channel", and where keys are allowed "#channel key".
std::vector<std::string> read_channels(config::StrictObject& network, const char* key, bool keys);

}  // namespace tubes::bridge
