#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <tubes/bus/bus.hpp>

namespace tubes::config {

/// What a pair of topics is called.
struct Topics {
  std::string in = "in", out = "out";
  bool operator==(const Topics&) const = default;
};

/// What all topics of a bridge are called: services learn it from the retained value `topics`, and
/// not from a copy of the bridge's file.
struct TopicsInUse {
  Topics shared;                           ///< of the networks that have none of their own
  std::map<std::string, Topics> networks;  ///< by network, of those that do

  /// Of this network; "" for the shared ones.
  const Topics& of(const std::string& network) const;
};

inline constexpr const char* topics_key = "topics";

/// {"in":"in","out":"out","networks":{"libera":{"in":"libera.in","out":"libera.out"}}}
std::string to_text(const TopicsInUse& topics);
/// Throws Error{invalid_config}.
TopicsInUse topics_from(std::string_view text);

/// What the bridge on this bus has said, if it has and the bus has retained values. Waits for the
/// backend's answer until ready_timeout. Throws as Bus::get does, and Error{invalid_config}.
std::optional<TopicsInUse> learn_topics(Bus& bus);

}  // namespace tubes::config
