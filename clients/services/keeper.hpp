#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

namespace tubes::services {

/// Keeps one program running on a thread of its own: when it ends it is started again, after 1 s
/// and then twice as long each time up to 1 min, until it is told to stop. It does not outlive us.
class Keeper {
 public:
  using Tell = std::function<void(const std::string&)>;

  /// `command`: the program, looked up in PATH, and its arguments; no shell sees them. `tell` gets
  /// what happens to it, on the keeper's thread.
  Keeper(std::string name, std::vector<std::string> command, Tell tell);
  /// Stops it, and waits for its end.
  ~Keeper();
  Keeper(const Keeper&) = delete;

  // None waits. False: it is so already.

  bool start();
  /// SIGTERM, and SIGKILL if it is still there after 5 s; also for what it has started.
  bool stop();
  /// Ends it if it runs, and starts it at once.
  void restart();

  /// "runs (4711)", "is starting", "is ending (4711)", "is stopped", "starts again in 4 s".
  std::string state() const;

 private:
  using Time = std::chrono::steady_clock::time_point;

  void loop();
  /// What is to be done by now. Returns how long there is nothing to do; nothing for ever.
  std::optional<std::chrono::milliseconds> step();
  void launch(Time now);
  void collect(Time now);
  void terminate(Time now);
  void try_later(const std::string& why, Time now);
  void wait(std::optional<std::chrono::milliseconds> longest) const;
  void wake() const;

  const std::string name_;
  const std::vector<std::string> command_;
  const Tell tell_;
  int wakeup_ = -1;  ///< an eventfd
  mutable std::mutex mutex_;
  bool wanted_ = false, leaving_ = false;
  pid_t pid_ = 0;   ///< 0: does not run
  int pidfd_ = -1;  ///< readable once it has ended
  Time launched_, next_launch_;
  std::optional<Time> kill_at_;
  std::chrono::seconds backoff_{1};
  std::vector<std::string> news_;  ///< to be told without the lock
  std::thread thread_;
};

}  // namespace tubes::services
