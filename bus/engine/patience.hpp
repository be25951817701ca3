#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include <tubes/bus/clock.hpp>

namespace tubes {

/// A moment of the computer's own clock: calls that block a real thread wait in real time.
using Deadline = std::chrono::steady_clock::time_point;

/// How, and how long, a call waits. Where other threads do the work it waits for them, in real
/// time. Where none does, on an inline bus, it lets the time of a clock that is moved by hand pass:
/// all that is due meanwhile is done on the waiting thread.
class Patience {
 public:
  // Implicit: a moment is all the patience that a call to other threads needs.
  Patience(Deadline deadline) : deadline_(deadline) {}  // NOLINT(google-explicit-constructor)
  Patience(Clock& moved_by_hand, Clock::Time limit) : clock_(&moved_by_hand), limit_(limit) {}

  /// From now on for `timeout`, of the clock's time if the call `passes_time`.
  static Patience of(Clock& clock, bool passes_time, Clock::Time timeout) {
    if (passes_time) return {clock, clock.now() + timeout};
    return std::chrono::steady_clock::now() + timeout;
  }

  /// Whether `done` came true in time. `lock` is held when `done` is called, and on return.
  template <class Done>
  bool wait(std::unique_lock<std::mutex>& lock, std::condition_variable& changed, Done done) const {
    if (clock_ == nullptr) return changed.wait_until(lock, deadline_, done);
    while (!done()) {
      if (!pass(lock)) return done();
    }
    return true;
  }

 private:
  /// Throws what the passing of time does, with the lock held again.
  bool pass(std::unique_lock<std::mutex>& lock) const {
    struct Unlocked {
      std::unique_lock<std::mutex>& lock;
      ~Unlocked() { lock.lock(); }
    };
    lock.unlock();
    const Unlocked unlocked{lock};
    return clock_->pass(limit_);
  }

  Deadline deadline_{};
  Clock* clock_ = nullptr;
  Clock::Time limit_{0};
};

}  // namespace tubes
