#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace tubes {

/// Where a bus reads the time. Thread-safe. Pass one in BusOptions; it must outlive the bus.
class Clock {
 public:
  /// Time since an arbitrary start; never goes back.
  using Time = std::chrono::nanoseconds;

  /// Someone whose deadlines depend on a clock that can be moved by hand.
  class Listener {
   public:
    virtual std::optional<Time> next_deadline() = 0;
    /// The time changed; called on the thread that moved it, with no lock held.
    virtual void time_changed() = 0;

   protected:
    ~Listener() = default;
  };

  virtual ~Clock() = default;
  virtual Time now() const noexcept = 0;

  /// Waits on `cv` until it is notified or `deadline` is reached; may wake early.
  virtual void wait(std::unique_lock<std::mutex>& lock, std::condition_variable& cv,
                    Time deadline) = 0;
  /// How long a system call should sleep at most to wake up at `deadline`.
  virtual Time real_time_until(Time deadline) const noexcept = 0;

  /// Real clocks never call a listener. When remove() has returned it is not called any more:
  /// remove() waits for a call on another thread.
  virtual void add(Listener&) {}
  virtual void remove(Listener&) {}
  /// Whether time passes by itself, or somebody has to move it.
  virtual bool moves_by_hand() const noexcept { return false; }
  /// Moves a clock that is moved by hand on to the next deadline of a listener, at most to `limit`.
  /// False if it is there already.
  virtual bool pass(Time /*limit*/) { return false; }

  /// The computer's monotonic clock; lives as long as the program.
  static Clock& system();
};

/// A clock that stands still until it is told to go on: for tests without a sleep.
class VirtualClock final : public Clock {
 public:
  Time now() const noexcept override;
  void wait(std::unique_lock<std::mutex>&, std::condition_variable&, Time) override;
  Time real_time_until(Time deadline) const noexcept override;
  void add(Listener&) override;
  void remove(Listener&) override;

  bool moves_by_hand() const noexcept override { return true; }
  bool pass(Time limit) override;

  /// Moves the time forward, stopping at every deadline on the way. Timers of an inline bus run
  /// before this returns, and each sees its own time.
  void advance(Time duration);

 private:
  /// One that is called right now is not removed under the caller's feet.
  struct Call {
    Listener* listener = nullptr;
    std::thread::id thread{};
  };

  template <class Action>
  void for_each_listener(Action action);
  std::optional<Time> earliest_deadline(Time limit);
  void set(Time);

  mutable std::mutex mutex_;
  std::condition_variable called_;
  Time now_{0};
  std::vector<Listener*> listeners_;
  std::vector<Call> calls_;
};

}  // namespace tubes
