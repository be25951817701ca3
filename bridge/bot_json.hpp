#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace tubes::bridge {

/// What the bot.json of a ZenIRCBot (2012) asks for.
struct BotJson {
  std::string configuration;  ///< the same as a configuration of Tubes: JSON, indented
  std::string understood;     ///< one line: what it is taken for, and what is left out
};

/// Whether the file's JSON is such a one: it has "servers", and no "networks".
bool is_bot_json(const nlohmann::ordered_json& json);

/// Reads it as the original did: the first server counts, keys that nobody knows are left out,
/// and its database is that of the keys alone. Throws Error{invalid_config} that names the file,
/// the place in it, what was expected and what was found.
BotJson understand(const std::string& file, const nlohmann::ordered_json& json);

/// The same for a file, which must be a bot.json.
BotJson load_bot_json(const std::string& file);

}  // namespace tubes::bridge
