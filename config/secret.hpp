#pragma once

#include <string>

#include <tubes/config/strict_object.hpp>

namespace tubes::config {

/// A secret that stands under `key`, or in the environment variable under `key`_env, or in the
/// first line of the file under `key`_file; "" if none is there. Throws Error{invalid_config} with
/// the place, never with the secret; also if more than one is there.
std::string read_secret(StrictObject& object, const std::string& key);

}  // namespace tubes::config
