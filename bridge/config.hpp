#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bridge/endpoint.hpp>
#include <tubes/bridge/irc/session.hpp>
#include <tubes/bridge/trust.hpp>
#include <tubes/config/topics.hpp>
#include <tubes/proto/codec.hpp>

namespace tubes::bridge {

struct NetworkConfig {
  std::vector<Endpoint> servers;  ///< at least one
  Trust trust;                    ///< in those that are talked to over TLS
  irc::SessionOptions session;    ///< its `network` is the network's name
  std::vector<std::string> admin_spew_channels;

  bool operator==(const NetworkConfig&) const = default;
};

/// What the bridge is told; docs/ has the file's keys as a table.
struct Config {
  std::string bus;      ///< URL
  bool broker = false;  ///< also run the broker of that URL
  WireFormat wire_in = WireFormat::json;
  WireFormat wire_out = WireFormat::json;  ///< for bots that share the file; the bridge reads both
  config::TopicsInUse topics;
  std::vector<NetworkConfig> networks;  ///< the first is the default; at least one
  std::string state_file;               ///< "" for none
  std::chrono::seconds drain{5};        ///< for what waits to be said at the end
  std::string understood;               ///< one line, if the file was a bot.json (bot_json.hpp)
};

/// Reads a file of JSON with comments: a configuration of Tubes, or a bot.json of 2012. Throws
/// Error{invalid_config} that names the file, the place in it, what was expected and what was
/// found, and never shows a password.
Config load_config(const std::string& file);
Config parse_config(const std::string& file, std::string_view text);

/// Several lines for a reader: what was understood, without secrets.
std::string describe(const Config& config);

}  // namespace tubes::bridge
