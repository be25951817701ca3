#include <algorithm>

#include <tubes/bridge/irc/outgoing.hpp>
#include <tubes/bridge/irc/text.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

/// What waits is made into lines again to see whether there is room: not for each line that leaves.
constexpr std::size_t lines_between_admissions = 50;

std::string too_much(std::size_t limit, const std::string& what) {
  return "too much at once: more than " + std::to_string(limit) + what;
}

std::size_t count_lines(const Speech& speech) {
  std::size_t count = 0;
  for (const auto& part : speech.parts) count += part.lines.size();
  return count;
}

}  // namespace

Outgoing::Outgoing(Server server, FloodOptions flood, WaitingOptions waiting)
    : server_(server), flood_(flood), waiting_(waiting), bucket_(flood) {}

void Outgoing::accept(Time now, Command command) {
  const auto id = std::exchange(command.told, true) ? std::string{} : command.id;
  if (!open_ || waiting_.has(command.sender)) {
    waiting_.add(now, ++last_ticket_, std::move(command));
  } else {
    auto speech = speech_of(command);
    if (const auto why = no_room(command, speech, queue_)) {
      throw Error(ErrorCode::outbox_full, *why);
    }
    begin(++last_ticket_, std::move(command), std::move(speech));
  }
  if (!id.empty()) output_.receipts.push_back({id, true});
}

Speech Outgoing::speech_of(const Command& command) const {
  auto speech = irc::speech_of(command, server_.isupport, server_.identity.prefix_bytes(),
                               OutgoingQueue::limit);
  const auto never = no_room(command, speech, {});
  if (never) throw Error(ErrorCode::refused, *never);
  return speech;
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
    queued.reserve(part.lines.size());
    for (auto& line : part.lines) queued.push_back({std::move(line), ticket});
    queue_.push(command.sender, part.target, std::move(queued));
  }
  under_way_.begin(ticket, std::move(command), lines);
  if (speech.raw) output_.raw.push_back(std::move(*speech.raw));
}

bool Outgoing::push(const std::string& target, std::string line) {
  if (!queue_.has_room("", target, 1)) return false;
  queue_.push("", target, {{std::move(line)}});
  return true;
}

void Outgoing::change(FloodOptions flood, WaitingOptions waiting) {
  flood_ = flood;
  waiting_.change(waiting);
  bucket_.change(flood);
}

void Outgoing::open() {
  open_ = may_admit_ = true;
}

void Outgoing::admit() {
  may_admit_ = false;
  std::set<std::string> blocked;
  waiting_.take_if(
      [&](Ticket ticket, Command& command) { return admit(ticket, command, blocked); });
}

/// Whether it no longer waits. What one sender says in one place keeps its order: what has no room
/// blocks the place for what follows.
bool Outgoing::admit(Ticket ticket, Command& command, std::set<std::string>& blocked) {
  try {
    auto speech = speech_of(command);
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
    tell(command, {Outcome::failed, receipt_code::refused, error.what()});
    output_.warnings.push_back(std::string{"not sent: "} + error.what());
    return true;
  }
}

std::string Outgoing::take(Time now) {
  if (!open_) expire(now);
  if (!open_) return {};
  hear_of(in_flight_.overdue(now));
  auto bytes = in_flight_.tick(now);
  if (!bytes.empty()) bucket_.charge(now, 1);
  for (bool more = true; std::exchange(more, false);) {
    if (may_admit_) admit();
    for (; queue_.size() > 0 && bucket_.take(now); more = true) bytes += leave(now, *queue_.take());
  }
  if (queue_.size() > 0) return bytes;
  const auto pings = in_flight_.pings();
  bytes += in_flight_.end_window(now);
  bucket_.charge(now, in_flight_.pings() - pings);
  return bytes;
}

std::string Outgoing::leave(Time now, QueuedLine line) {
  may_admit_ = may_admit_ || queue_.size() % lines_between_admissions == 0;
  const auto ticket = under_way_.leaves(line.ticket) ? line.ticket : 0;
  return send(now, ticket, std::move(line.text));
}

std::string Outgoing::leave_at_once(Time now, std::string lines) {
  return lines.empty() ? lines : send(now, 0, std::move(lines));
}

std::string Outgoing::send(Time now, Ticket ticket, std::string line) {
  const auto& capabilities = server_.capabilities;
  const bool labels = capabilities.has("labeled-response") && capabilities.has("batch") &&
                      capabilities.has("message-tags");
  const auto pings = in_flight_.pings();
  auto bytes = in_flight_.send(now, ticket, std::move(line), server_.isupport, labels);
  bucket_.charge(now, in_flight_.pings() - pings);
  return bytes;
}

void Outgoing::hear(const Line& line) {
  hear_of(in_flight_.hear(line, server_.isupport, server_.identity.nick()));
}

void Outgoing::hear_of(std::vector<InFlight::Ended> ended) {
  for (auto& [ticket, fate] : ended) {
    if (auto whole = under_way_.ended(ticket, std::move(fate))) {
      tell(whole->command, std::move(whole->fate));
    }
  }
}

void Outgoing::tell(const Command& command, Fate fate) {
  if (!command.id.empty()) output_.receipts.push_back({command.id, false, std::move(fate)});
}

void Outgoing::drop(const std::vector<Command>& commands, const char* code,
                    const std::string& reason) {
  for (const auto& command : commands) tell(command, {Outcome::failed, code, reason});
  if (commands.empty()) return;
  const auto* const noun = commands.size() == 1 ? " message" : " messages";
  output_.warnings.push_back(std::to_string(commands.size()) + noun + " not sent: " + reason);
}

void Outgoing::expire(Time now) {
  drop(waiting_.take_expired(now), receipt_code::expired,
       "not connected to the network within " + std::to_string(waiting_.longest().count()) + " s");
}

void Outgoing::close(Time now) {
  if (open_) waiting_.begin_again(now);
  for (auto& [ticket, command] :
       interrupt(receipt_code::connection_lost, "the connection broke").untouched) {
    waiting_.put_back(now, ticket, std::move(command));
  }
  bucket_ = TokenBucket{flood_};
}

void Outgoing::stop(const std::string& reason) {
  auto unsent = waiting_.take_all();
  for (auto& [ticket, command] : interrupt(receipt_code::stopping, reason).untouched) {
    unsent.push_back(std::move(command));
  }
  drop(unsent, receipt_code::stopping, reason);
}

/// Tells the fate of what was begun.
UnderWay::Interrupted Outgoing::interrupt(const char* code, const std::string& reason) {
  open_ = false;
  in_flight_.clear();
  queue_.clear();
  auto interrupted = under_way_.interrupt(code, reason);
  for (auto& [command, fate] : interrupted.ended) {
    if (fate.outcome == Outcome::failed) output_.warnings.push_back("not sent: " + fate.reason);
    tell(command, std::move(fate));
  }
  return interrupted;
}

std::optional<Time> Outgoing::deadline(Time now) const {
  if (!open_) return waiting_.deadline();
  if (may_admit_ && !waiting_.empty()) return now;
  auto next = in_flight_.deadline();
  if (queue_.size() == 0) return next;
  const auto ready = bucket_.ready_at(now);
  return next ? std::min(*next, ready) : ready;
}

bool Outgoing::idle() const noexcept {
  return waiting_.empty() && under_way_.empty() && queue_.size() == 0;
}

}  // namespace tubes::irc
