#include <string>
#include <utility>

#include <tubes/bridge/irc/waiting.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

[[noreturn]] void refuse_to_wait(std::size_t limit, const std::string& what) {
  throw Error(ErrorCode::outbox_full,
              "too much at once: more than " + std::to_string(limit) + what + " the network");
}

}  // namespace

WaitingCommands::Share WaitingCommands::share_of(const Command& command) {
  return {1, command.to.size() + command.text.size()};
}

void WaitingCommands::add(Time now, Ticket ticket, Command command) {
  const auto [one, bytes] = share_of(command);
  const auto sender = senders_.find(command.sender);
  const auto own = sender == senders_.end() ? Share{} : sender->second;
  const auto half = (limits_.messages + 1) / 2;
  if (all_.messages + one > limits_.messages) {
    refuse_to_wait(limits_.messages, " messages would wait for");
  }
  if (own.messages + one > half) refuse_to_wait(half, " messages of one sender would wait for");
  if (all_.bytes + bytes > WaitingOptions::bytes || own.bytes + bytes > WaitingOptions::bytes / 2) {
    refuse_to_wait(WaitingOptions::bytes, " bytes, or half of that of one sender, would wait for");
  }
  put_back(now, ticket, std::move(command));
}

void WaitingCommands::put_back(Time now, Ticket ticket, Command command) {
  const auto [one, bytes] = share_of(command);
  for (auto* const share : {&all_, &senders_[command.sender]}) {
    share->messages += one;
    share->bytes += bytes;
  }
  waiting_.emplace(ticket, Waiting{std::move(command), now});
}

void WaitingCommands::give_back(const std::string& sender, const Share& share) {
  const auto own = senders_.find(sender);
  for (auto* const whole : {&all_, &own->second}) {
    whole->messages -= share.messages;
    whole->bytes -= share.bytes;
  }
  if (own->second.messages == 0) senders_.erase(own);
}

void WaitingCommands::begin_again(Time now) {
  for (auto& [ticket, waiting] : waiting_) waiting.since = now;
}

std::vector<Command> WaitingCommands::take_expired(Time now) {
  std::vector<Command> expired;
  while (!waiting_.empty() && now >= *deadline()) {
    auto& command = waiting_.begin()->second.command;
    give_back(command.sender, share_of(command));
    expired.push_back(std::move(command));
    waiting_.erase(waiting_.begin());
  }
  return expired;
}

std::vector<Command> WaitingCommands::take_all() {
  std::vector<Command> all;
  take_if([&](Ticket, Command& command) {
    all.push_back(std::move(command));
    return true;
  });
  return all;
}

std::optional<Time> WaitingCommands::deadline() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.begin()->second.since + limits_.seconds;
}

}  // namespace tubes::irc
