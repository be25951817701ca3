#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include <tubes/bridge/irc/described.hpp>
#include <tubes/bridge/irc/in_flight.hpp>
#include <tubes/bridge/irc/stamp.hpp>

namespace tubes::irc {
namespace {

/// How long an answer may take before we ask.
constexpr std::chrono::seconds answer_patience{10};

constexpr std::string_view token_start = "receipt-";

using Endings = std::vector<InFlight::Ended>;

/// RFC 1459 6.1; 716 is RPL_TARGUMODEG, of one who takes no messages of strangers; and IRCv3's
/// standard replies.
bool is_error(const Line& line) {
  const auto numeric = line.numeric();
  return (numeric >= 400 && numeric < 600) || numeric == 716 || line.command == "FAIL";
}

Fate failed(const Line& line) {
  const bool standard = line.command == "FAIL";
  return {Outcome::failed, std::string{standard ? line.param(1) : std::string_view{line.command}},
          described(line)};
}

Fate confirmed(const Line& line) {
  return {Outcome::confirmed, "", "", server_time(line), message_id(line)};
}

bool is_speech(const Line& line) {
  return line.command == "PRIVMSG" || line.command == "NOTICE";
}

/// Without a status: "@#channel" is refused as "#channel".
std::string_view place(std::string_view target, const Isupport& isupport) {
  if (isupport.is_status_channel(target)) target.remove_prefix(1);
  return target;
}

/// An error that says no more than its text: "412 nick :No text to send".
bool names_nothing(const Line& error) {
  return error.command != "FAIL" && error.params.size() <= 2;
}

/// Whether an error is about what was sent: it names its target or its command before the text.
bool names(const Line& error, const Line& sent, const Isupport& isupport) {
  for (std::size_t i = 0; i + 1 < error.params.size(); ++i) {
    const auto param = error.param(i);
    if (i == 0 && error.command != "FAIL") continue;  // our nick
    if (param == sent.command) return true;
    if (isupport.same(place(param, isupport), place(sent.param(0), isupport))) return true;
  }
  return false;
}

bool is_echo(const Line& line, const Line& sent, const Isupport& isupport, std::string_view nick) {
  return line.command == sent.command && isupport.same(line.nick(), nick);
}

}  // namespace

void InFlight::clear() {
  windows_.clear();
  batches_.clear();
  awaited_ = 0;
}

std::string InFlight::send(Time now, std::uint64_t ticket, std::string line,
                           const Isupport& isupport, bool labels) {
  if (ticket == 0 && labels) return line;
  auto parsed = parse_line(std::string_view{line}.substr(0, line.find('\r'))).value_or(Line{});
  const auto before = must_end(ticket, parsed, isupport) ? ping() : std::string{};
  auto& window = open_window(now);
  if (ticket == 0) return before + line;
  const auto label = labels ? std::to_string(++last_label_) : std::string{};
  window.entries.push_back({ticket, label, std::move(parsed)});
  ++awaited_;
  return before + (labels ? "@label=" + label + ' ' : "") + line;
}

/// Whether an error could mean this line and another of the open window.
bool InFlight::must_end(std::uint64_t ticket, const Line& line, const Isupport& isupport) const {
  if (windows_.empty() || windows_.back().asked) return false;
  const auto& entries = windows_.back().entries;
  if (ticket == 0 || entries.empty()) return (ticket == 0) != entries.empty();
  return std::any_of(entries.begin(), entries.end(), [&](const Entry& entry) {
    return entry.ticket != ticket && entry.label.empty() &&
           isupport.same(place(entry.line.param(0), isupport), place(line.param(0), isupport));
  });
}

InFlight::Window& InFlight::open_window(Time now) {
  if (windows_.empty() || windows_.back().asked) windows_.push_back({++last_window_, {}, now});
  if (windows_.back().entries.empty()) windows_.back().began = now;
  return windows_.back();
}

std::string InFlight::ping() {
  windows_.back().asked = true;
  ++pings_;
  const auto token = std::string{token_start} + std::to_string(windows_.back().number);
  return format_line("PING", {token});
}

std::string InFlight::end_window() {
  if (windows_.empty() || windows_.back().asked) return {};
  const auto& entries = windows_.back().entries;
  const bool by_order = std::any_of(entries.begin(), entries.end(),
                                    [](const Entry& entry) { return entry.label.empty(); });
  return by_order ? ping() : std::string{};
}

std::optional<Time> InFlight::deadline() const {
  if (windows_.empty() || windows_.back().asked || windows_.back().entries.empty()) {
    return std::nullopt;
  }
  return windows_.back().began + answer_patience;
}

std::string InFlight::tick(Time now) {
  const auto due = deadline();
  return due && now >= *due ? ping() : std::string{};
}

Endings InFlight::hear(const Line& line, const Isupport& isupport, std::string_view own_nick) {
  if (line.command == "PONG" && !line.params.empty()) return ponged(line.params.back());
  if (awaited_ == 0) return {};
  if (const auto label = line.tag("label")) return labelled(line, *label, isupport, own_nick);
  if (line.command == "BATCH") return batch_ended(line);
  if (const auto reference = line.tag("batch")) {
    const auto found = batches_.find(*reference);
    if (found != batches_.end()) return labelled(line, found->second, isupport, own_nick);
  }
  return unlabelled(line, isupport, own_nick);
}

Endings InFlight::ponged(std::string_view token) {
  Endings ended;
  const auto asked = std::find_if(windows_.begin(), windows_.end(), [&](const Window& window) {
    return window.asked && token == std::string{token_start} + std::to_string(window.number);
  });
  if (asked == windows_.end()) return ended;
  for (auto window = windows_.begin(); window != std::next(asked); ++window) {
    for (const auto& entry : window->entries) ended.push_back({entry.ticket, {Outcome::sent}});
    awaited_ -= window->entries.size();
  }
  windows_.erase(windows_.begin(), std::next(asked));
  return ended;
}

/// IRCv3: labeled-response. The answer is one line, or a batch of them, or ACK for none.
Endings InFlight::labelled(const Line& line, const std::string& label, const Isupport& isupport,
                           std::string_view own_nick) {
  const auto place = find(label);
  if (!place) return {};
  const auto& sent = place->window.entries[place->entry].line;
  if (line.command == "BATCH") {
    batches_[std::string{line.param(0).substr(1)}] = label;
    return {};
  }
  if (is_error(line)) return end(*place, failed(line));
  if (line.command == "ACK") return end(*place, {Outcome::sent});
  if (is_echo(line, sent, isupport, own_nick)) return end(*place, confirmed(line));
  if (line.tag("batch")) return {};  // there is more to come
  return end(*place, is_speech(sent) ? Fate{Outcome::sent} : confirmed(line));
}

/// The end of an answer of several lines, none of which was an echo or an error.
Endings InFlight::batch_ended(const Line& line) {
  if (!line.param(0).starts_with('-')) return {};
  const auto answer = batches_.extract(std::string{line.param(0).substr(1)});
  const auto place = answer.empty() ? std::nullopt : find(answer.mapped());
  if (!place) return {};
  return end(*place,
             is_speech(place->window.entries[place->entry].line) ? Fate{Outcome::sent} : Fate{});
}

std::optional<InFlight::Place> InFlight::find(const std::string& label) {
  for (auto& window : windows_) {
    for (std::size_t i = 0; i < window.entries.size(); ++i) {
      if (window.entries[i].label == label) return Place{window, i};
    }
  }
  return std::nullopt;
}

/// What is said now is about the oldest window, whose PING has no answer yet.
Endings InFlight::unlabelled(const Line& line, const Isupport& isupport,
                             std::string_view own_nick) {
  auto& window = windows_.front();
  const bool error = is_error(line);
  if (error && names_nothing(line) && window.entries.size() == 1) {
    return end({window, 0}, failed(line));
  }
  for (std::size_t i = 0; i < window.entries.size(); ++i) {
    const auto& entry = window.entries[i];
    if (!entry.label.empty()) continue;  // its answer would have the label
    if (error && names(line, entry.line, isupport)) return end({window, i}, failed(line));
    if (!is_echo(line, entry.line, isupport, own_nick) || !is_speech(line)) continue;
    if (isupport.same(line.param(0), entry.line.param(0)) && line.param(1) == entry.line.param(1))
      return end({window, i}, confirmed(line));
  }
  return {};
}

Endings InFlight::end(const Place& place, Fate fate) {
  auto& entries = place.window.entries;
  const auto at = entries.begin() + static_cast<std::ptrdiff_t>(place.entry);
  Endings ended{{at->ticket, std::move(fate)}};
  entries.erase(at);
  --awaited_;
  return ended;
}

}  // namespace tubes::irc
