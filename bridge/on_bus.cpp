#include <string_view>
#include <variant>

#include <tubes/bridge/irc/text.hpp>
#include <tubes/bridge/on_bus.hpp>

namespace tubes::bridge {
namespace {

/// Bytes of a sender's id that tell senders apart; the buses' own ids are shorter.
constexpr std::size_t longest_sender = 64;

std::string_view state_of(const irc::Receipt& receipt) {
  if (receipt.queued) return receipts::queued;
  switch (receipt.fate.outcome) {
    case irc::Outcome::confirmed:
      return receipts::confirmed;
    case irc::Outcome::sent:
      return receipts::sent;
    case irc::Outcome::failed:
      return receipts::failed;
    case irc::Outcome::unknown:
      break;
  }
  return receipts::unknown;
}

Order order(const std::string& network, irc::Command command, const std::string& id) {
  command.id = id;
  return {network, std::move(command)};
}

}  // namespace

std::optional<Order> order_of(const Message& message, const std::string& sender) {
  std::optional<Order> asked;
  if (const auto* said = std::get_if<out::Privmsg>(&message)) {
    asked = order(said->network, irc::say(said->to, said->message), said->id);
  } else if (const auto* action = std::get_if<out::Action>(&message)) {
    asked = order(action->network, irc::action(action->to, action->message), action->id);
  } else if (const auto* raw = std::get_if<out::Raw>(&message)) {
    asked = order(raw->network, irc::raw(raw->command), raw->id);
  }
  if (asked) asked->command.sender = sender.substr(0, longest_sender);
  return asked;
}

receipts::Receipt message_of(const irc::Receipt& receipt, const std::string& network) {
  const auto& [outcome, code, reason, time, msgid] = receipt.fate;
  return {receipt.id,
          std::string{state_of(receipt)},
          network,
          irc::to_utf8(code),
          irc::to_utf8(reason),
          time,
          msgid};
}

}  // namespace tubes::bridge
