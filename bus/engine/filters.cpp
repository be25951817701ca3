#include <algorithm>
#include <utility>

#include <tubes/bus/engine/filters.hpp>

namespace tubes {

Filters::News Filters::add(const Filter& filter, bool announce) {
  std::lock_guard lock(mutex_);
  auto [entry, is_new] = entries_.try_emplace(filter.text(), Entry{filter});
  ++entry->second.subscriptions;
  if (entry->second.state == State::live) return {.announce = announce, .live = true};
  entry->second.announce = entry->second.announce || announce;
  if (is_new || entry->second.state == State::refused) ask(entry->second);
  return {};
}

void Filters::ask(Entry& entry) {
  entry.state = State::asked;
  if (!entry.filter.is_own()) ++unanswered_;
  if (connected_) changes_.push_back({entry.filter, true});
}

Filters::News Filters::remove(const Filter& filter) {
  std::lock_guard lock(mutex_);
  const auto entry = entries_.find(filter.text());
  if (entry == entries_.end() || --entry->second.subscriptions > 0) return {};
  const auto state = entry->second.state;
  if (state == State::asked && !filter.is_own()) --unanswered_;
  entries_.erase(entry);
  unsettled_.erase(filter.text());
  // The backend has nothing to end where it refused.
  if (connected_ && state != State::refused) changes_.push_back({filter, false});
  return {.resubscribed = resubscribed()};
}

std::size_t Filters::resubscribed() {
  if (!connected_ || unanswered_ > 0 || !std::exchange(resubscribing_, false)) return 0;
  const auto is_live = [](const auto& entry) {
    return entry.second.state == State::live && !entry.second.filter.is_own();
  };
  return static_cast<std::size_t>(std::ranges::count_if(entries_, is_live));
}

bool Filters::wants(const Filter& filter) const {
  std::lock_guard lock(mutex_);
  return entries_.contains(filter.text());
}

Filters::Live Filters::wait_until_live(const Filter& filter, const Patience& patience,
                                       std::string* why) {
  std::unique_lock lock(mutex_);
  const auto state = [&] {
    const auto entry = entries_.find(filter.text());
    return entry == entries_.end() ? State::asked : entry->second.state;
  };
  patience.wait(lock, changed_, [&] { return closed_ || state() != State::asked; });
  if (state() == State::live) return Live::yes;
  if (state() == State::asked) return closed_ ? Live::closed : Live::not_yet;
  if (why != nullptr) *why = entries_.at(filter.text()).why_refused;
  return Live::refused;
}

void Filters::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

void Filters::connected() {
  std::lock_guard lock(mutex_);
  connected_ = true;
  changes_.clear();
  unsettled_.clear();
  for (auto& [text, entry] : entries_) {
    const bool was_live = std::exchange(entry.was_live, false) || entry.state == State::live;
    resubscribing_ = resubscribing_ || was_live;
    entry.state = State::asked;
    if (!entry.filter.is_own()) unsettled_.insert(text);
    changes_.push_back({entry.filter, true});
  }
  unanswered_ = unsettled_.size();
}

bool Filters::settled() const {
  std::lock_guard lock(mutex_);
  return unsettled_.empty();
}

void Filters::disconnected() {
  std::lock_guard lock(mutex_);
  connected_ = false;
  changes_.clear();
  unanswered_ = 0;
  for (auto& [text, entry] : entries_) {
    if (entry.state == State::live) {
      entry.state = State::asked;
      entry.was_live = true;
    }
    if (entry.state == State::asked && !entry.filter.is_own()) ++unanswered_;
  }
}

std::vector<Filters::Change> Filters::take_changes() {
  std::lock_guard lock(mutex_);
  return std::exchange(changes_, {});
}

Filters::Entry* Filters::answered(const std::string& filter) {
  // This answers an older subscribe; the driver has not heard yet of a newer one.
  if (std::ranges::any_of(changes_, [&](const Change& c) { return c.filter.text() == filter; }))
    return nullptr;
  const auto entry = entries_.find(filter);
  if (entry == entries_.end() || entry->second.state != State::asked) return nullptr;
  unsettled_.erase(filter);
  if (!entry->second.filter.is_own()) --unanswered_;
  changed_.notify_all();
  return &entry->second;
}

Filters::News Filters::live(const std::string& filter) {
  std::lock_guard lock(mutex_);
  auto* entry = answered(filter);
  if (entry == nullptr) return {};
  entry->state = State::live;
  return {.announce = std::exchange(entry->announce, false),
          .live = true,
          .resubscribed = resubscribed()};
}

Filters::News Filters::refused(const std::string& filter, std::string_view why) {
  std::lock_guard lock(mutex_);
  auto* entry = answered(filter);
  if (entry == nullptr) return {};
  entry->state = State::refused;
  entry->why_refused = why;
  return {.refused = true, .resubscribed = resubscribed()};
}

}  // namespace tubes
