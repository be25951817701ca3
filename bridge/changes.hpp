#pragma once

#include <string>
#include <vector>

#include <tubes/bridge/config.hpp>

namespace tubes::bridge {

// What is to be done when a configuration is read again.

enum class Change {
  none,
  in_place,  ///< while the connection lasts
  anew       ///< by a new connection
};

/// From what a network was to what it is to be. What its topics are called is not looked at.
Change change_of(const NetworkConfig& was, const NetworkConfig& is);

/// What cannot be changed before a restart stays in `is` as it was. Returns the names of the keys
/// that would have changed.
std::vector<std::string> keep_until_restart(const Config& was, Config& is);

}  // namespace tubes::bridge
