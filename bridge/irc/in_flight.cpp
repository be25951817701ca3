#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include <tubes/bridge/irc/answers.hpp>
#include <tubes/bridge/irc/in_flight.hpp>

namespace tubes::irc {
namespace {

/// How long an answer may take before we ask, and the answer to that.
constexpr std::chrono::seconds before_asking{10}, before_giving_up{120};

constexpr std::string_view token_start = "receipt-";

using Endings = std::vector<InFlight::Ended>;

}  // namespace

void InFlight::clear() {
  windows_.clear();
  awaited_ = 0;
}

std::string InFlight::send(Time now, std::uint64_t ticket, std::string line,
                           const Isupport& isupport, bool labels) {
  if (ticket == 0 && labels) return line;
  auto parsed = parse_line(std::string_view{line}.substr(0, line.find('\r'))).value_or(Line{});
  const auto before = must_end(ticket, parsed, isupport) ? ping(now) : std::string{};
  auto& window = open_window(now, ticket != 0);
  if (ticket == 0) return before + line;
  const auto label = labels ? std::to_string(++last_label_) : std::string{};
  window.entries.push_back({ticket, label, std::move(parsed)});
  ++awaited_;
  return before + (labels ? "@label=" + label + ' ' : "") + line;
}

/// Whether the open window is of the other kind, or an error could mean this line and another of
/// it.
bool InFlight::must_end(std::uint64_t ticket, const Line& line, const Isupport& isupport) const {
  if (windows_.empty() || windows_.back().asked) return false;
  const auto& window = windows_.back();
  if (window.wanted != (ticket != 0)) return true;
  return std::ranges::any_of(window.entries, [&](const Entry& entry) {
    const bool apart = entry.ticket == ticket || !entry.label.empty();
    return !apart && (concerns(entry.line, line.param(0), isupport) ||
                      concerns(line, entry.line.param(0), isupport));
  });
}

InFlight::Window& InFlight::open_window(Time now, bool wanted) {
  if (windows_.empty() || windows_.back().asked) windows_.push_back({++last_window_, wanted, now});
  if (windows_.back().entries.empty()) windows_.back().began = now;
  return windows_.back();
}

std::string InFlight::ping(Time now) {
  windows_.back().asked = now;
  ++pings_;
  const auto token = std::string{token_start} + std::to_string(windows_.back().number);
  return format_line("PING", {token});
}

std::string InFlight::end_window(Time now) {
  if (windows_.empty() || windows_.back().asked) return {};
  const bool by_order = std::ranges::any_of(windows_.back().entries,
                                            [](const Entry& entry) { return entry.label.empty(); });
  return by_order ? ping(now) : std::string{};
}

std::optional<Time> InFlight::deadline() const {
  std::optional<Time> next;
  if (!windows_.empty() && windows_.front().asked)
    next = *windows_.front().asked + before_giving_up;
  if (windows_.empty() || windows_.back().asked || windows_.back().entries.empty()) return next;
  const auto asking = windows_.back().began + before_asking;
  return next ? std::min(*next, asking) : asking;
}

std::string InFlight::tick(Time now) {
  if (windows_.empty() || windows_.back().asked || windows_.back().entries.empty()) return {};
  return now >= windows_.back().began + before_asking ? ping(now) : std::string{};
}

Endings InFlight::overdue(Time now) {
  Endings ended;
  while (!windows_.empty() && windows_.front().asked &&
         now >= *windows_.front().asked + before_giving_up) {
    const Fate fate{Outcome::unknown, receipt_code::no_answer,
                    "the server has not said within " + std::to_string(before_giving_up.count()) +
                        " s what has become of it"};
    std::ranges::move(end_windows(1, fate), std::back_inserter(ended));
  }
  return ended;
}

Endings InFlight::hear(const Line& line, const Isupport& isupport, std::string_view own_nick) {
  if (line.command == "PONG" && !line.params.empty()) return ponged(line.params.back());
  if (awaited_ == 0) return {};
  if (const auto label = line.tag("label")) return labelled(line, *label, isupport, own_nick);
  if (line.command == "BATCH") return batch_ended(line);
  if (const auto reference = line.tag("batch"); reference && !reference->empty()) {
    const auto of_batch = [&](const Entry& entry) { return entry.batch == *reference; };
    if (const auto place = find(of_batch)) {
      return labelled(line, place->window->entries[place->entry].label, isupport, own_nick);
    }
  }
  return unlabelled(line, isupport, own_nick);
}

Endings InFlight::ponged(std::string_view token) {
  const auto asked = std::ranges::find_if(windows_, [&](const Window& window) {
    return window.asked && token == std::string{token_start} + std::to_string(window.number);
  });
  if (asked == windows_.end()) return {};
  return end_windows(std::next(asked) - windows_.begin(), {Outcome::sent});
}

Endings InFlight::end_windows(std::ptrdiff_t count, const Fate& fate) {
  Endings ended;
  const auto end = windows_.begin() + count;
  for (auto window = windows_.begin(); window != end; ++window) {
    for (const auto& entry : window->entries) ended.push_back({entry.ticket, fate});
  }
  awaited_ -= ended.size();
  windows_.erase(windows_.begin(), end);
  return ended;
}

/// IRCv3: labeled-response. The answer is one line, or a batch of them, or ACK for none.
Endings InFlight::labelled(const Line& line, const std::string& label, const Isupport& isupport,
                           std::string_view own_nick) {
  const auto place =
      find([&](const Entry& entry) { return !label.empty() && entry.label == label; });
  if (!place) return {};
  auto& [ticket, own_label, sent, reference] = place->window->entries[place->entry];
  if (line.command == "BATCH") {
    if (line.param(0).starts_with('+')) reference = line.param(0).substr(1);
    return {};
  }
  if (is_error(line)) return end(*place, failure_of(line));
  if (line.command == "ACK") return end(*place, {Outcome::sent});
  if (is_echo(line, sent, isupport, own_nick)) return end(*place, confirmation_of(line));
  if (line.tag("batch")) return {};  // there is more to come
  return end(*place, is_speech(sent) ? Fate{Outcome::sent} : confirmation_of(line));
}

/// The end of an answer of several lines, none of which was an echo or an error.
Endings InFlight::batch_ended(const Line& line) {
  if (!line.param(0).starts_with('-')) return {};
  const auto reference = line.param(0).substr(1);
  const auto place =
      find([&](const Entry& entry) { return !entry.batch.empty() && entry.batch == reference; });
  if (!place) return {};
  const auto& sent = place->window->entries[place->entry].line;
  return end(*place, is_speech(sent) ? Fate{Outcome::sent} : Fate{});
}

/// What is said now is about the oldest window, whose PING has no answer yet. An answer to what has
/// a label would have that label.
Endings InFlight::unlabelled(const Line& line, const Isupport& isupport,
                             std::string_view own_nick) {
  auto& window = windows_.front();
  const auto first = [&](auto is) {
    return find_in(window,
                   [&](const Entry& entry) { return entry.label.empty() && is(entry.line); });
  };
  if (!is_error(line)) {
    const auto echoed = first(
        [&](const Line& sent) { return is_echo_to_the_letter(line, sent, isupport, own_nick); });
    return echoed ? end(*echoed, confirmation_of(line)) : Endings{};
  }
  auto meant = first([&](const Line& sent) { return names_target(line, sent, isupport); });
  if (!meant) meant = first([&](const Line& sent) { return names_command(line, sent); });
  if (!meant && names_nothing(line) && window.entries.size() == 1) {
    meant = first([](const Line&) { return true; });
  }
  return meant ? end(*meant, failure_of(line)) : Endings{};
}

template <class Is>
std::optional<InFlight::Place> InFlight::find(Is is) {
  for (auto& window : windows_) {
    if (const auto place = find_in(window, is)) return place;
  }
  return std::nullopt;
}

template <class Is>
std::optional<InFlight::Place> InFlight::find_in(Window& window, Is is) {
  const auto found = std::ranges::find_if(window.entries, is);
  if (found == window.entries.end()) return std::nullopt;
  return Place{&window, static_cast<std::size_t>(found - window.entries.begin())};
}

Endings InFlight::end(const Place& place, Fate fate) {
  auto& entries = place.window->entries;
  const auto at = entries.begin() + static_cast<std::ptrdiff_t>(place.entry);
  Endings ended{{at->ticket, std::move(fate)}};
  entries.erase(at);
  --awaited_;
  return ended;
}

}  // namespace tubes::irc
