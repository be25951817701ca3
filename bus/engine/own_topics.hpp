#pragma once

#include <string_view>

namespace tubes {

// Topics that start with "$" are the bus's own, and match nobody's filter (docs/LEDGER.md).
inline constexpr std::string_view heartbeat_topic = "$heartbeat";
inline constexpr std::string_view stats_topic = "$stats";

inline bool is_own(std::string_view topic) noexcept {
  return topic.starts_with('$');
}

}  // namespace tubes
