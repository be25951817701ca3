#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tubes/bus/options.hpp>
#include <tubes/bus/stats.hpp>

namespace tubes {

/// What a bus answers to the question on "$stats" (docs/LEDGER.md).
struct PeerStats {
  static constexpr std::size_t longest_name = 64;  ///< bytes

  std::string id;    ///< Bus::id()
  std::string name;  ///< BusOptions::name: printable ASCII
  Milliseconds uptime{0};
  Milliseconds connected_for{0};
  Stats stats;
};

/// One JSON object on one line.
std::string to_text(const PeerStats& peer);

/// Takes any bytes: nothing for what is no answer of version 1. Members that are not known are
/// passed over; counts that are missing are 0.
std::optional<PeerStats> parse_peer_stats(std::string_view text);

/// At most longest_name printable ASCII characters without quotes and backslashes.
std::string plain_name(std::string_view name);

/// The name of this program and the id of its process, as in "tubes-bridge 4711". No arguments:
/// these may hold secrets.
std::string program_name();

}  // namespace tubes
