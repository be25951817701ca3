#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tubes {

/// What a publisher states now and then, on the topic "$heartbeat": which number its last message
/// on a topic has (docs/LEDGER.md). 0 announces that its first is about to come.
struct Heartbeat {
  static constexpr std::size_t longest_text = 32'768;  ///< bytes; a publisher splits what is more
  static constexpr std::size_t longest_publisher = 128;

  std::string publisher;
  bool final = false;                           ///< its last one: nothing follows
  std::map<std::string, std::uint64_t> last{};  ///< per topic
  bool operator==(const Heartbeat&) const = default;
};

/// {"v":1,"publisher":"7f3a9c","final":false,"last":{"in":17}}
std::string to_text(const Heartbeat& heartbeat);

/// Takes any bytes: nothing for what is no heartbeat of version 1. Members that are not known are
/// passed over.
std::optional<Heartbeat> parse_heartbeat(std::string_view text);

}  // namespace tubes
