#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <vector>

#include <tubes/bus/engine/patience.hpp>

namespace tubes {

class Inboxes;

/// Where senders wait for the slow receivers of Overflow::block: of all buses that share it, in one
/// process. A message goes into every inbox it is for, and its sender is held back while that
/// leaves one of them over its bounds: by one message for each thread that publishes. Thread-safe.
class BackPressure {
 public:
  void join(Inboxes& member);
  void leave(Inboxes& member) noexcept;

  /// A subscription that blocks has begun.
  void began() noexcept { ++blocking_; }
  void ended() noexcept;
  /// There may be room, or no need to wait. Call it with no lock held.
  void changed() noexcept;

  /// Holds the calling thread back until the inboxes for `topic` are within their bounds. If one
  /// is not at the deadline, or when the sender is `closing`, its newest message is dropped,
  /// counted and reported: each sender that gives up makes up for its own. Inside a handler of any
  /// of the buses that happens at once: it might wait for itself, or for one that waits for it.
  void hold_back(std::string_view topic, Deadline deadline, const std::atomic<bool>& closing);

  /// Whether one message more on `topic` would be held back.
  bool is_full(std::string_view topic);

 private:
  bool any_over(std::string_view topic, std::size_t more);
  bool inside_handler() const;

  std::atomic<int> blocking_{0};
  std::mutex mutex_;  // taken before any lock of a member
  std::condition_variable changed_;
  std::vector<Inboxes*> members_;
};

}  // namespace tubes
