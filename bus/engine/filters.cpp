#include <utility>

#include <tubes/bus/engine/filters.hpp>

namespace tubes {

void Filters::add(const Filter& filter, bool announce) {
  std::lock_guard lock(mutex_);
  auto [entry, is_new] = entries_.try_emplace(filter.text(), Entry{filter});
  ++entry->second.subscriptions;
  if (announce && !entry->second.live) entry->second.announce = true;
  if (!is_new) return;
  ++not_live_;
  changes_.push_back({filter, true});
}

void Filters::remove(const Filter& filter) {
  std::lock_guard lock(mutex_);
  const auto entry = entries_.find(filter.text());
  if (entry == entries_.end() || --entry->second.subscriptions > 0) return;
  if (!entry->second.live) --not_live_;
  entries_.erase(entry);
  changes_.push_back({filter, false});
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
  awaited_.clear();
  changes_.clear();
  for (auto& [text, entry] : entries_) {
    resubscribing_ = resubscribing_ || entry.live;
    entry.live = false;
    changes_.push_back({entry.filter, true});
  }
  not_live_ = entries_.size();
}

std::vector<Filters::Change> Filters::take_changes() {
  std::lock_guard lock(mutex_);
  for (const auto& change : changes_)
    if (change.wanted) ++awaited_[change.filter.text()];
  return std::exchange(changes_, {});
}

Filters::Answer Filters::live(const std::string& filter) {
  std::lock_guard lock(mutex_);
  const auto awaited = awaited_.find(filter);
  if (awaited == awaited_.end()) return {};
  if (--awaited->second > 0) return {};
  awaited_.erase(awaited);
  const auto entry = entries_.find(filter);
  if (entry == entries_.end() || entry->second.live) return {};
  entry->second.live = true;
  changed_.notify_all();
  Answer answer{std::exchange(entry->second.announce, false), 0};
  if (--not_live_ == 0 && std::exchange(resubscribing_, false))
    answer.resubscribed = entries_.size();
  return answer;
}

}  // namespace tubes
