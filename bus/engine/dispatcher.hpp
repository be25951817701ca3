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

/// Runs handlers one at a time, in the order they were posted (a timer: in the order it is due):
/// on a thread of its own, or on the thread of whoever calls run(). One bus has one; the inline
/// buses of one memory:// share one, so that a whole family of bots runs in one order.
class Dispatcher final : private Clock::Listener {
 public:
  enum class Mode { thread, caller };

  /// What a handler posts is one deeper than what made it run; Mode::caller gives up at `deepest`.
  /// A timer that became due while no handler ran begins anew: one that sets itself again may go on
  /// for ever.
  static constexpr std::size_t default_deepest = 10'000;

  Dispatcher(Clock& clock, Mode mode, std::size_t deepest = default_deepest);
  ~Dispatcher();

  Mode mode() const noexcept { return mode_; }
  Clock& clock() const noexcept { return clock_; }
  std::size_t deepest() const noexcept { return deepest_; }

  /// Queues one run of `work`; dropped if stopped. Never waits for a handler.
  void post(std::shared_ptr<Work> work);
  void post_after(Clock::Time delay, std::shared_ptr<Work> work);

  /// Mode::caller: runs what is queued until nothing is. Returns at once if a handler runs
  /// already: it is queued behind. Throws Error{livelock}, and keeps what is queued, if handlers
  /// make each other run deeper than `deepest`.
  void run();
  /// The same for at most `most` runs; how many there were. Throws if more are queued then.
  std::size_t run(std::size_t most);

  /// True on the thread that runs a handler right now: any, or one of `owner`.
  bool inside() const;
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
  struct Turn {
    std::shared_ptr<Work> work;
    std::size_t depth = 0;
  };

  void loop();
  void start_thread();
  std::size_t depth_of_post() const;
  std::size_t run_until(std::size_t most);
  /// Who let the time pass: a handler that waits lets it pass, too.
  enum class DueBy { others, handlers };
  void queue_due_timers(DueBy due_by);
  void run_front(Lock&);
  bool runs_here() const {
    return running_ != nullptr && running_thread_ == std::this_thread::get_id();
  }

  std::optional<Clock::Time> next_deadline() override;
  void time_changed() override;

  Clock& clock_;
  const Mode mode_;
  const std::size_t deepest_;
  mutable std::mutex mutex_;
  std::condition_variable posted_;
  std::condition_variable finished_;
  std::deque<Turn> queue_;
  std::multimap<Clock::Time, Turn> timers_;
  const Work* running_ = nullptr;
  std::size_t running_depth_ = 0;
  const void* running_owner_ = nullptr;
  std::thread::id running_thread_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace tubes
