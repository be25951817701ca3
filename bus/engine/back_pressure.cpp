#include <algorithm>

#include <tubes/bus/engine/back_pressure.hpp>
#include <tubes/bus/engine/inboxes.hpp>

namespace tubes {

void BackPressure::join(Inboxes& member) {
  std::lock_guard lock(mutex_);
  members_.push_back(&member);
}

void BackPressure::leave(Inboxes& member) noexcept {
  std::lock_guard lock(mutex_);
  std::erase(members_, &member);
  changed_.notify_all();
}

void BackPressure::ended() noexcept {
  --blocking_;
  changed();
}

void BackPressure::changed() noexcept {
  std::lock_guard lock(mutex_);
  changed_.notify_all();
}

void BackPressure::hold_back(std::string_view topic, Deadline deadline,
                             const std::atomic<bool>& closing) {
  if (blocking_ == 0) return;
  std::unique_lock lock(mutex_);
  bool fits = false;
  if (!inside_handler())
    changed_.wait_until(lock, deadline, [&] {
      fits = !any_over(topic, 0);
      return fits || closing;
    });
  if (fits) return;
  for (auto* member : members_) member->drop_newest(topic);
}

bool BackPressure::is_full(std::string_view topic) {
  if (blocking_ == 0) return false;
  std::lock_guard lock(mutex_);
  return any_over(topic, 1);
}

bool BackPressure::any_over(std::string_view topic, std::size_t more) {
  return std::ranges::any_of(members_,
                             [&](Inboxes* member) { return member->is_over(topic, more); });
}

bool BackPressure::inside_handler() const {
  return std::ranges::any_of(members_, [](const Inboxes* member) { return member->inside(); });
}

}  // namespace tubes
