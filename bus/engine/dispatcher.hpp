#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include <tubes/bus/clock.hpp>

namespace tubes {

/// Something that calls a handler when its turn comes.
class Work {
 public:
  /// `owner` is the bus whose handler this is.
  explicit Work(const void* owner) : owner_(owner) {}
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  virtual ~Work() = default;
  /// Calls the handler once, if it is still wanted. Does not throw.
  virtual void run() noexcept = 0;
  const void* owner() const noexcept { return owner_; }

 private:
  const void* owner_;
};

/// Runs handlers one at a time, in the order they were posted: on a thread of its own, or on the
/// thread of whoever calls run(). One bus has one; the inline buses of one memory:// share one,
/// so that a whole family of bots runs in one deterministic order.
class Dispatcher final : private Clock::Listener {
 public:
  enum class Mode { thread, caller };

  Dispatcher(Clock& clock, Mode mode, std::size_t limit = 100'000);
  ~Dispatcher();

  Mode mode() const noexcept { return mode_; }
  Clock& clock() const noexcept { return clock_; }

  /// Queues one run of `work`; dropped if stopped. Never waits for a handler.
  void post(std::shared_ptr<Work> work);
  void post_after(Clock::Time delay, std::shared_ptr<Work> work);

  /// Mode::caller: runs what is queued until nothing is, and returns how many ran. Returns 0 at
  /// once if a handler runs already: it is queued behind. Throws Error{livelock} after `limit`.
  std::size_t run(std::size_t limit);
  std::size_t run() { return mode_ == Mode::caller ? run(limit_) : 0; }

  /// True on the thread that runs a handler of `owner` right now.
  bool inside(const void* owner) const;

  /// Waits until `work` does not run; inside `work` itself it does not wait.
  void wait_for(const Work& work);
  /// Waits until no handler of `owner` runs, or until the deadline.
  void wait_for_owner(const void* owner, std::chrono::steady_clock::time_point deadline);

  /// Forgets what is queued for `owner`: no further handler of it starts.
  void forget(const void* owner);

  /// Mode::thread: ends the thread after the handler that runs. Never waits.
  void stop();

 private:
  using Lock = std::unique_lock<std::mutex>;

  void loop();
  std::shared_ptr<Work> next_due(Lock&);
  void run_one(Lock&, std::shared_ptr<Work>);
  bool runs_here(Lock&) const { return running_thread_ == std::this_thread::get_id(); }

  std::optional<Clock::Time> next_deadline() override;
  void time_changed() override;

  Clock& clock_;
  const Mode mode_;
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable posted_;
  std::condition_variable finished_;
  std::deque<std::shared_ptr<Work>> queue_;
  std::multimap<Clock::Time, std::shared_ptr<Work>> timers_;
  const Work* running_ = nullptr;
  const void* running_owner_ = nullptr;
  std::thread::id running_thread_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace tubes
