#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tubes/config/strict_object.hpp>
#include <tubes/config/topics.hpp>
#include <tubes/proto/codec.hpp>

namespace tubes::config {

/// What every configuration says of the bus: its keys "bus", "wire" and "topics".
struct BusSection {
  std::string url;
  WireFormat wire_in = WireFormat::json, wire_out = WireFormat::json;
  std::optional<Topics> topics;  ///< if they are configured
};

/// Throws Error{invalid_config} with the place.
BusSection read_bus_section(StrictObject& root);

/// The key "topics", if it is there; a topic that it leaves out is called as in `otherwise`. All
/// three are different.
std::optional<Topics> read_topics(StrictObject& object, const Topics& otherwise);

/// "json" or "protobuf"; throws Error{invalid_config}.
WireFormat wire_format_named(std::string_view name);

}  // namespace tubes::config
