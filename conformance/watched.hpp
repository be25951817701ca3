#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include <tubes/conformance/expect.hpp>

namespace tubes::conformance {

/// A value that some threads change and others wait for, at most patience().
template <class T>
class Watched {
 public:
  Watched() = default;
  explicit Watched(T value) : value_(std::move(value)) {}

  T value() const {
    std::lock_guard lock(mutex_);
    return value_;
  }

  template <class Change>
  void change(Change change) {
    std::lock_guard lock(mutex_);
    change(value_);
    changed_.notify_all();
  }
  void set(T value) {
    change([&](T& old) { old = std::move(value); });
  }

  /// The value as soon as `condition(value)`; a Failure that says `what` was waited for.
  template <class Condition>
  T wait_until(const char* what, Condition condition) const {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, patience(), [&] { return condition(value_); }))
      fail("waited in vain for " + std::string(what) + ", with " + text_of(value_));
    return value_;
  }

  /// Whether `condition(value)` becomes true before `limit` is over.
  template <class Condition>
  bool holds_within(std::chrono::milliseconds limit, Condition condition) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return condition(value_); });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  T value_{};
};

/// Something that happens once.
class Happening {
 public:
  void happen() { happened_.set(true); }
  bool has_happened() const { return happened_.value(); }
  void wait(const char* what = "a handler") const {
    happened_.wait_until(what, [](bool happened) { return happened; });
  }
  /// Waits for it at most so long; for what must not happen meanwhile.
  bool happens_within(std::chrono::milliseconds limit) const {
    return happened_.holds_within(limit, [](bool happened) { return happened; });
  }

 private:
  Watched<bool> happened_;
};

}  // namespace tubes::conformance
