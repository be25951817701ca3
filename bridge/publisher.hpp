#pragma once

#include <cstdint>
#include <string>

#include <tubes/bus/bus.hpp>
#include <tubes/proto/codec.hpp>

namespace tubes::bridge {

/// Publishes messages on one topic, each stamped with who we are and a number counted from 1. One
/// thread at a time: the numbers are those of the publishing order.
class Publisher {
 public:
  /// `id` identifies this run of the program.
  Publisher(Bus& bus, std::string topic, WireFormat format, std::string id);

  /// Never waits. A message that the bus does not take is logged, and uses no number.
  void publish(const Message& message);

 private:
  void lost(const std::string& why);

  Bus& bus_;
  std::string topic_;
  WireFormat format_;
  Meta meta_;
};

/// 128 random bits in hexadecimal.
std::string random_id();

}  // namespace tubes::bridge
