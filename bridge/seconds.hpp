#pragma once

#include <chrono>

#include <tubes/config/strict_object.hpp>

namespace tubes::bridge {

/// A whole number of seconds from 0 to `most` under the key; `otherwise` if it is not there. Throws
/// Error{invalid_config} with the place.
std::chrono::seconds read_seconds(config::StrictObject& object, const char* key,
                                  std::chrono::seconds otherwise, std::chrono::seconds most);

}  // namespace tubes::bridge
