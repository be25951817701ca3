#include <utility>

#include <tubes/bridge/irc/under_way.hpp>

namespace tubes::irc {

void UnderWay::begin(Ticket ticket, Command command, std::size_t lines) {
  sending_.emplace(ticket, Sending{std::move(command), lines});
}

bool UnderWay::leaves(Ticket ticket) {
  const auto found = sending_.find(ticket);
  if (found == sending_.end()) return false;  // a line of the session's own
  auto& sending = found->second;
  const bool wanted = !sending.command.id.empty();
  if (++sending.sent == sending.lines && !wanted) sending_.erase(found);
  return wanted;
}

std::optional<UnderWay::Ended> UnderWay::ended(Ticket ticket, Fate fate) {
  const auto found = sending_.find(ticket);
  if (found == sending_.end()) return std::nullopt;
  auto& [command, lines, sent, ended, worst] = found->second;
  if (!fate.msgid.empty() || !fate.time.empty()) {
    worst.time = fate.time;
    worst.msgid = fate.msgid;
  }
  if (fate.outcome > worst.outcome) {
    worst.outcome = fate.outcome;
    worst.code = std::move(fate.code);
    worst.reason = std::move(fate.reason);
  }
  if (++ended < lines) return std::nullopt;
  Ended whole{std::move(command), std::move(worst)};
  sending_.erase(found);
  return whole;
}

UnderWay::Interrupted UnderWay::interrupt(const char* code, const std::string& reason) {
  Interrupted interrupted;
  for (auto& [ticket, sending] : std::exchange(sending_, {})) {
    if (sending.sent == 0) {
      interrupted.untouched.emplace(ticket, std::move(sending.command));
    } else {
      auto fate = broken(sending, code, reason);
      interrupted.ended.push_back({std::move(sending.command), std::move(fate)});
    }
  }
  return interrupted;
}

Fate UnderWay::broken(Sending& sending, const char* code, const std::string& reason) {
  if (sending.worst.outcome == Outcome::failed) return std::move(sending.worst);
  if (sending.sent == sending.lines) {
    return {Outcome::unknown, code, reason + " before the server said what has become of it"};
  }
  return {Outcome::failed, code,
          reason + " after " + std::to_string(sending.sent) + " of " +
              std::to_string(sending.lines) + " lines of a message"};
}

}  // namespace tubes::irc
