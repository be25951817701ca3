#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <tubes/bus/bus.hpp>

namespace tubes::config {

/// What the topics of a network are called.
struct Topics {
  std::string in = "in", out = "out", receipts = "receipts";
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

/// {"in":"in","out":"out","receipts":"receipts","networks":{"libera":{"in":"libera.in",…}}}
std::string to_text(const TopicsInUse& topics);
/// Where no receipts are named, as bridges did that gave none, they are "receipts", and those of a
/// network the shared ones. Throws Error{invalid_config}.
TopicsInUse topics_from(std::string_view text);

/// What the bridge on this bus has said, if it has and the bus has retained values. Waits for the
/// backend's answer until ready_timeout. Throws as Bus::get does, and Error{invalid_config}.
std::optional<TopicsInUse> learn_topics(Bus& bus);

}  // namespace tubes::config
