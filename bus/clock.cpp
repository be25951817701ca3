#include <algorithm>
#include <memory>

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
  std::unique_lock lock(mutex_);
  std::erase(listeners_, &listener);
  called_.wait(lock, [&] {
    return std::ranges::none_of(calls_, [&](const Call& call) {
      return call.listener == &listener && call.thread != std::this_thread::get_id();
    });
  });
}

/// Calls each listener with no lock held; one that is removed meanwhile is not called.
template <class Action>
void VirtualClock::for_each_listener(Action action) {
  std::unique_lock lock(mutex_);
  for (auto* listener : std::vector(listeners_)) {
    if (std::ranges::find(listeners_, listener) == listeners_.end()) continue;
    calls_.push_back({listener, std::this_thread::get_id()});
    lock.unlock();
    // Also if it throws: remove() waits for the end of the call.
    const std::shared_ptr<void> called(nullptr, [&](void*) {
      lock.lock();
      const auto call = std::ranges::find_if(calls_, [&](const Call& each) {
        return each.listener == listener && each.thread == std::this_thread::get_id();
      });
      calls_.erase(call);
      called_.notify_all();
    });
    action(*listener);
  }
}

void VirtualClock::advance(Time duration) {
  const Time target = now() + duration;
  set(now());  // what is due already comes first, at its own time
  while (const auto next = earliest_deadline(target)) set(*next);
  set(target);
}

bool VirtualClock::pass(Time limit) {
  if (now() >= limit) return false;
  set(earliest_deadline(limit).value_or(limit));
  return true;
}

/// The first deadline after now and up to `limit`.
std::optional<Clock::Time> VirtualClock::earliest_deadline(Time limit) {
  const Time from = now();
  std::optional<Time> earliest;
  for_each_listener([&](Listener& listener) {
    const auto deadline = listener.next_deadline();
    if (deadline && *deadline > from && *deadline <= limit && (!earliest || *deadline < *earliest))
      earliest = deadline;
  });
  return earliest;
}

void VirtualClock::set(Time time) {
  {
    std::lock_guard lock(mutex_);
    now_ = std::max(now_, time);
  }
  for_each_listener([](Listener& listener) { listener.time_changed(); });
}

}  // namespace tubes
