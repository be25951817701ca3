#pragma once

#include <string>

#include <tubes/bus/bus.hpp>
#include <tubes/proto/codec.hpp>

namespace tubes::bridge {

/// Publishes messages on one topic, each with the bus's id and its number. Thread-safe.
class Publisher {
 public:
  Publisher(Bus& bus, std::string topic, WireFormat format);

  /// Never waits. A message that the bus does not take is logged, and uses no number.
  void publish(const Message& message);

 private:
  void lost(const std::string& why) const;

  Bus& bus_;
  const std::string topic_;
  const WireFormat format_;
};

}  // namespace tubes::bridge
