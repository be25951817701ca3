#pragma once

#include <cstddef>
#include <string_view>

namespace tubes {

// Topics that start with "$" are the bus's own, and match nobody's filter (docs/LEDGER.md).
inline constexpr std::string_view heartbeat_topic = "$heartbeat";
inline constexpr std::string_view stats_topic = "$stats";

inline bool is_own(std::string_view topic) noexcept {
  return topic.starts_with('$');
}

/// Of a bus: Bus::id(), in hexadecimal.
inline constexpr std::size_t length_of_id = 32;

inline bool is_id(std::string_view text) noexcept {
  return text.size() == length_of_id &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace tubes
