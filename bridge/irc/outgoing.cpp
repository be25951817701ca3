#include <algorithm>

#include <tubes/bridge/irc/outgoing.hpp>
#include <tubes/bridge/irc/text.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

std::string too_much(std::size_t limit, const std::string& what) {
  return "too much at once: more than " + std::to_string(limit) + what;
}

std::size_t size_of(const Command& command) {
  return command.to.size() + command.text.size();
}

std::size_t count_lines(const Speech& speech) {
  std::size_t count = 0;
  for (const auto& part : speech.parts) count += part.lines.size();
  return count;
}

}  // namespace

Outgoing::Outgoing(Server server, FloodOptions flood, WaitingOptions waiting)
    : server_(server), flood_(flood), limits_(waiting), bucket_(flood) {}

void Outgoing::accept(Time now, Command command) {
  if (!open_ || !waiting_.empty()) return wait(now, ++last_ticket_, std::move(command));
  auto speech = speech_of(command);
  if (const auto why = no_room(command, speech, queue_)) throw Error(ErrorCode::outbox_full, *why);
  if (!command.id.empty()) output_.receipts.push_back({command.id, true});
  begin(++last_ticket_, std::move(command), std::move(speech));
}

void Outgoing::wait(Time now, Ticket ticket, Command command) {
  if (waiting_.size() >= limits_.messages) {
    throw Error(ErrorCode::outbox_full,
                too_much(limits_.messages, " messages would wait for the network"));
  }
  std::size_t bytes = size_of(command);
  for (const auto& [_, waiting] : waiting_) bytes += size_of(waiting.command);
  if (bytes > WaitingOptions::bytes) {
    throw Error(ErrorCode::outbox_full,
                too_much(WaitingOptions::bytes, " bytes would wait for the network"));
  }
  if (!command.id.empty()) output_.receipts.push_back({command.id, true});
  waiting_.emplace(ticket, Waiting{std::move(command), now});
}

Speech Outgoing::speech_of(const Command& command) const {
  return irc::speech_of(command, server_.isupport, server_.identity.prefix_bytes(),
                        OutgoingQueue::limit);
}

std::optional<std::string> Outgoing::no_room(const Command& command, const Speech& speech,
                                             const OutgoingQueue& queue) {
  const auto& sender = command.sender;
  const auto count = count_lines(speech);
  if (queue.size() + count > OutgoingQueue::limit) {
    return too_much(OutgoingQueue::limit, " lines would wait");
  }
  std::map<std::string_view, std::size_t> waiting;
  for (const auto& [target, lines] : speech.parts) {
    auto& for_target = waiting.try_emplace(target, queue.waiting_for(sender, target)).first->second;
    for_target += lines.size();
    if (for_target > OutgoingQueue::limit_per_target) {
      return too_much(OutgoingQueue::limit_per_target,
                      " lines would wait for " + printable(target));
    }
  }
  if (queue.waiting_for(sender) + count <= OutgoingQueue::limit_per_sender) return std::nullopt;
  return too_much(OutgoingQueue::limit_per_sender, " lines of one sender would wait");
}

void Outgoing::begin(Ticket ticket, Command command, Speech speech) {
  const auto lines = count_lines(speech);
  for (auto& part : speech.parts) {
    std::vector<QueuedLine> queued;
    for (auto& line : part.lines) queued.push_back({std::move(line), ticket});
    queue_.push(command.sender, part.target, std::move(queued));
  }
  sending_.emplace(ticket, Sending{std::move(command), lines});
  if (speech.raw) output_.raw.push_back(std::move(*speech.raw));
}

bool Outgoing::push(const std::string& target, std::string line) {
  if (!queue_.has_room("", target, 1)) return false;
  queue_.push("", target, {{std::move(line)}});
  return true;
}

void Outgoing::change(FloodOptions flood, WaitingOptions waiting) {
  flood_ = flood;
  limits_ = waiting;
  bucket_.change(flood);
}

void Outgoing::open() {
  open_ = may_admit_ = true;
}

void Outgoing::admit() {
  may_admit_ = false;
  std::set<std::string> blocked;
  for (auto waiting = waiting_.begin(); waiting != waiting_.end();) {
    const auto next = std::next(waiting);
    if (admit(waiting->first, waiting->second.command, blocked)) waiting_.erase(waiting);
    waiting = next;
  }
}

/// Whether it no longer waits. What one sender says in one place keeps its order: what has no room
/// blocks the place for what follows.
bool Outgoing::admit(Ticket ticket, Command& command, std::set<std::string>& blocked) {
  try {
    auto speech = speech_of(command);
    if (const auto why = no_room(command, speech, {})) throw Error(ErrorCode::outbox_full, *why);
    const auto place = [&](const auto& part) { return command.sender + ' ' + part.target; };
    const bool free = std::ranges::none_of(
        speech.parts, [&](const auto& part) { return blocked.contains(place(part)); });
    if (free && !no_room(command, speech, queue_)) {
      begin(ticket, std::move(command), std::move(speech));
      return true;
    }
    for (const auto& part : speech.parts) blocked.insert(place(part));
    return false;
  } catch (const Error& error) {
    const bool full = error.code() == ErrorCode::outbox_full;
    fail(command, full ? receipt_code::queue_full : receipt_code::refused, error.what());
    return true;
  }
}

std::string Outgoing::take(Time now) {
  if (!open_) expire(now);
  if (!open_) return {};
  const auto pings = in_flight_.pings();
  auto bytes = in_flight_.tick(now);
  for (bool more = true; std::exchange(more, false);) {
    if (may_admit_) admit();
    for (; queue_.size() > 0 && bucket_.take(now); more = true) bytes += leave(now, *queue_.take());
  }
  if (queue_.size() == 0) bytes += in_flight_.end_window();
  bucket_.charge(now, in_flight_.pings() - pings);
  return bytes;
}

std::string Outgoing::leave(Time now, QueuedLine line) {
  may_admit_ = true;
  const auto found = sending_.find(line.ticket);
  const bool wanted = found != sending_.end() && !found->second.command.id.empty();
  if (found != sending_.end()) ++found->second.sent;
  if (found != sending_.end() && !wanted && found->second.sent == found->second.lines) {
    sending_.erase(found);
  }
  const auto& capabilities = server_.capabilities;
  const bool labels = capabilities.has("labeled-response") && capabilities.has("batch") &&
                      capabilities.has("message-tags");
  return in_flight_.send(now, wanted ? line.ticket : 0, std::move(line.text), server_.isupport,
                         labels);
}

void Outgoing::hear(const Line& line) {
  const auto& nick = server_.identity.nick();
  for (auto& [ticket, fate] : in_flight_.hear(line, server_.isupport, nick)) {
    ended(ticket, std::move(fate));
  }
}

void Outgoing::ended(Ticket ticket, Fate fate) {
  const auto found = sending_.find(ticket);
  if (found == sending_.end()) return;
  auto& sending = found->second;
  if (!fate.msgid.empty() || !fate.time.empty()) {
    sending.worst.time = fate.time;
    sending.worst.msgid = fate.msgid;
  }
  if (fate.outcome > sending.worst.outcome) {
    sending.worst.outcome = fate.outcome;
    sending.worst.code = std::move(fate.code);
    sending.worst.reason = std::move(fate.reason);
  }
  if (++sending.ended < sending.lines) return;
  finish(sending.command, std::move(sending.worst));
  sending_.erase(found);
}

void Outgoing::finish(const Command& command, Fate fate) {
  if (!command.id.empty()) output_.receipts.push_back({command.id, false, std::move(fate)});
}

void Outgoing::fail(const Command& command, const char* code, const std::string& reason) {
  output_.warnings.push_back("not sent: " + reason);
  drop(command, code, reason);
}

void Outgoing::drop(const Command& command, const char* code, const std::string& reason) {
  finish(command, {Outcome::failed, code, reason});
}

void Outgoing::expire(Time now) {
  const auto reason =
      "not connected to the network within " + std::to_string(limits_.seconds.count()) + " s";
  std::size_t count = 0;
  while (!waiting_.empty() && now >= waiting_.begin()->second.since + limits_.seconds) {
    drop(waiting_.begin()->second.command, receipt_code::expired, reason);
    waiting_.erase(waiting_.begin());
    ++count;
  }
  if (count > 0)
    output_.warnings.push_back(std::to_string(count) + " messages not sent: " + reason);
}

void Outgoing::close(Time now) {
  // What waits for its turn has waited for the network from now on alone.
  for (auto& [ticket, waiting] : waiting_) waiting.since = open_ ? now : waiting.since;
  open_ = false;
  for (auto& [ticket, sending] : sending_) {
    if (sending.sent == 0) {
      waiting_.emplace(ticket, Waiting{std::move(sending.command), now});
    } else {
      lost(sending, receipt_code::connection_lost, "the connection broke");
    }
  }
  sending_.clear();
  in_flight_.clear();
  queue_.clear();
  bucket_ = TokenBucket{flood_};
}

void Outgoing::lost(Sending& sending, const char* code, const std::string& reason) {
  const auto unsent = sending.lines - sending.sent;
  if (unsent == 0) {
    if (sending.worst.outcome != Outcome::failed) {
      sending.worst = {Outcome::unknown, receipt_code::connection_lost,
                       "the connection broke before the server said whether it was said"};
    }
    return finish(sending.command, std::move(sending.worst));
  }
  fail(sending.command, code,
       reason + " after " + std::to_string(sending.sent) + " of " + std::to_string(sending.lines) +
           " lines of a message");
}

void Outgoing::stop() {
  open_ = false;
  constexpr const char* reason = "the bridge stops";
  std::size_t count = waiting_.size();
  for (const auto& [ticket, waiting] : waiting_) {
    drop(waiting.command, receipt_code::stopping, reason);
  }
  for (auto& [ticket, sending] : sending_) {
    if (sending.sent > 0) {
      lost(sending, receipt_code::stopping, reason);
    } else {
      drop(sending.command, receipt_code::stopping, reason);
      ++count;
    }
  }
  if (count > 0)
    output_.warnings.push_back(std::to_string(count) + " messages not sent: " + reason);
  waiting_.clear();
  sending_.clear();
  in_flight_.clear();
  queue_.clear();
}

std::optional<Time> Outgoing::deadline(Time now) const {
  if (!open_) {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.begin()->second.since + limits_.seconds;
  }
  if (may_admit_ && !waiting_.empty()) return now;
  auto next = in_flight_.deadline();
  if (queue_.size() == 0) return next;
  const auto ready = bucket_.ready_at(now);
  return next ? std::min(*next, ready) : ready;
}

bool Outgoing::idle() const noexcept {
  return waiting_.empty() && sending_.empty() && queue_.size() == 0;
}

}  // namespace tubes::irc
