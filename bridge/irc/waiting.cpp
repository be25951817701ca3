#include <utility>

#include <tubes/bridge/irc/waiting.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

[[noreturn]] void refuse_to_wait(std::size_t limit, const char* what) {
  throw Error(ErrorCode::outbox_full, "too much at once: more than " + std::to_string(limit) +
                                          what + " would wait for the network");
}

std::size_t size_of(const Command& command) {
  return command.to.size() + command.text.size();
}

}  // namespace

void WaitingCommands::add(Time now, Ticket ticket, Command command) {
  if (waiting_.size() >= limits_.messages) refuse_to_wait(limits_.messages, " messages");
  if (bytes() + size_of(command) > WaitingOptions::bytes) {
    refuse_to_wait(WaitingOptions::bytes, " bytes");
  }
  put_back(now, ticket, std::move(command));
}

void WaitingCommands::put_back(Time now, Ticket ticket, Command command) {
  waiting_.emplace(ticket, Waiting{std::move(command), now});
}

void WaitingCommands::begin_again(Time now) {
  for (auto& [ticket, waiting] : waiting_) waiting.since = now;
}

std::vector<Command> WaitingCommands::take_expired(Time now) {
  std::vector<Command> expired;
  while (!waiting_.empty() && now >= *deadline()) {
    expired.push_back(std::move(waiting_.begin()->second.command));
    waiting_.erase(waiting_.begin());
  }
  return expired;
}

std::vector<Command> WaitingCommands::take_all() {
  std::vector<Command> all;
  for (auto& [ticket, waiting] : std::exchange(waiting_, {})) {
    all.push_back(std::move(waiting.command));
  }
  return all;
}

std::optional<Time> WaitingCommands::deadline() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.begin()->second.since + limits_.seconds;
}

std::size_t WaitingCommands::bytes() const {
  std::size_t all = 0;
  for (const auto& [ticket, waiting] : waiting_) all += size_of(waiting.command);
  return all;
}

}  // namespace tubes::irc
