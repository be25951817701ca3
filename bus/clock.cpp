#include <algorithm>

#include <tubes/bus/clock.hpp>

namespace tubes {
namespace {

class SystemClock final : public Clock {
 public:
  Time now() const noexcept override { return std::chrono::steady_clock::now().time_since_epoch(); }

  void wait(std::unique_lock<std::mutex>& lock, std::condition_variable& cv,
            Time deadline) override {
    using Steady = std::chrono::steady_clock;
    // Waiting until the end of time overflows in some standard libraries.
    const Time longest = now() + std::chrono::hours(24);
    cv.wait_until(lock, Steady::time_point(std::min(deadline, longest)));
  }

  Time real_time_until(Time deadline) const noexcept override {
    return std::max(Time::zero(), deadline - now());
  }
};

}  // namespace

Clock& Clock::system() {
  static SystemClock clock;
  return clock;
}

Clock::Time VirtualClock::now() const noexcept {
  std::lock_guard lock(mutex_);
  return now_;
}

void VirtualClock::wait(std::unique_lock<std::mutex>& lock, std::condition_variable& cv,
                        Time deadline) {
  if (now() < deadline) cv.wait(lock);
}

Clock::Time VirtualClock::real_time_until(Time deadline) const noexcept {
  return deadline <= now() ? Time::zero() : Time::max();
}

void VirtualClock::add(Listener& listener) {
  std::lock_guard lock(mutex_);
  listeners_.push_back(&listener);
}

void VirtualClock::remove(Listener& listener) {
  std::lock_guard lock(mutex_);
  std::erase(listeners_, &listener);
}

void VirtualClock::advance(Time duration) {
  const Time target = now() + duration;
  while (const auto next = earliest_deadline(target)) set(std::max(*next, now()));
  set(target);
}

std::optional<Clock::Time> VirtualClock::earliest_deadline(Time limit) {
  std::unique_lock lock(mutex_);
  const auto listeners = listeners_;
  const Time now = now_;
  lock.unlock();
  std::optional<Time> earliest;
  for (auto* listener : listeners) {
    const auto deadline = listener->next_deadline();
    if (deadline && *deadline > now && *deadline <= limit && (!earliest || *deadline < *earliest))
      earliest = deadline;
  }
  return earliest;
}

void VirtualClock::set(Time time) {
  std::unique_lock lock(mutex_);
  now_ = time;
  const auto listeners = listeners_;
  lock.unlock();
  for (auto* listener : listeners) listener->time_changed();
}

}  // namespace tubes
