#include <algorithm>
#include <utility>

#include <tubes/bus/engine/filters.hpp>

namespace tubes {

Filters::News Filters::add(const Filter& filter, bool announce) {
  std::lock_guard lock(mutex_);
  auto [entry, is_new] = entries_.try_emplace(filter.text(), Entry{filter});
  ++entry->second.subscriptions;
  if (entry->second.live) return {announce, 0};
  entry->second.announce = entry->second.announce || announce;
  if (!is_new) return {};
  ++not_live_;
  if (connected_) changes_.push_back({filter, true});
  return {};
}

Filters::News Filters::remove(const Filter& filter) {
  std::lock_guard lock(mutex_);
  const auto entry = entries_.find(filter.text());
  if (entry == entries_.end() || --entry->second.subscriptions > 0) return {};
  if (!entry->second.live) --not_live_;
  entries_.erase(entry);
  unsettled_.erase(filter.text());
  if (connected_) changes_.push_back({filter, false});
  return {false, resubscribed()};
}

std::size_t Filters::resubscribed() {
  if (!connected_ || not_live_ > 0) return 0;
  return std::exchange(resubscribing_, false) ? entries_.size() : 0;
}

Filters::Live Filters::wait_until_live(const Filter& filter, Deadline deadline) {
  std::unique_lock lock(mutex_);
  const auto live = [&] {
    const auto entry = entries_.find(filter.text());
    return entry != entries_.end() && entry->second.live;
  };
  changed_.wait_until(lock, deadline, [&] { return closed_ || live(); });
  if (live()) return Live::yes;
  return closed_ ? Live::closed : Live::not_yet;
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
    resubscribing_ = resubscribing_ || entry.live;
    entry.live = false;
    unsettled_.insert(text);
    changes_.push_back({entry.filter, true});
  }
  not_live_ = entries_.size();
}

bool Filters::settled() const {
  std::lock_guard lock(mutex_);
  return unsettled_.empty();
}

void Filters::disconnected() {
  std::lock_guard lock(mutex_);
  connected_ = false;
  changes_.clear();
}

std::vector<Filters::Change> Filters::take_changes() {
  std::lock_guard lock(mutex_);
  return std::exchange(changes_, {});
}

Filters::News Filters::live(const std::string& filter) {
  std::lock_guard lock(mutex_);
  // This answers an older subscribe; the driver has not heard yet of a newer one.
  if (std::ranges::any_of(changes_, [&](const Change& c) { return c.filter.text() == filter; }))
    return {};
  const auto entry = entries_.find(filter);
  if (entry == entries_.end() || entry->second.live) return {};
  entry->second.live = true;
  unsettled_.erase(filter);
  changed_.notify_all();
  --not_live_;
  const bool announce = std::exchange(entry->second.announce, false);
  return {announce, resubscribed()};
}

}  // namespace tubes
