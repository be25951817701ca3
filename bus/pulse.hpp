#pragma once

#include <functional>
#include <string>

#include <tubes/bus/heartbeat.hpp>

namespace tubes {

/// What a ledger of losses must know beside the messages, in its place among them.
struct Pulse {
  enum class Kind {
    beat,  ///< a publisher's heartbeat: what it counts and has not arrived by now is lost
    live,  ///< what is published to `filter` from now on arrives, as long as nothing breaks
    away,  ///< the connection broke: what is published now is missed, until `live`
  };
  Kind kind = Kind::away;
  Heartbeat beat{};
  std::string filter{};
};

using PulseHandler = std::function<void(const Pulse&)>;

}  // namespace tubes
