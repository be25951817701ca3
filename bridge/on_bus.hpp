#pragma once

#include <optional>
#include <string>

#include <tubes/bridge/irc/command.hpp>
#include <tubes/bridge/irc/receipt.hpp>
#include <tubes/proto/message.hpp>

/// What the session takes and tells, as messages.
namespace tubes::bridge {

/// What a message of topic `out` asks for, and of which network.
struct Order {
  std::string network;  ///< "" for the first
  irc::Command command;
};

/// Nothing if the message asks nothing of IRC. `sender` is who published it, as the bus knows them.
std::optional<Order> order_of(const Message& message, const std::string& sender);

receipts::Receipt message_of(const irc::Receipt& receipt, const std::string& network);

}  // namespace tubes::bridge
