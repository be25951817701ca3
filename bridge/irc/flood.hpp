#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bridge/irc/time.hpp>

namespace tubes::irc {

/// How fast a network lets a client talk: `burst` lines at once, then `per_second`.
struct FloodOptions {
  double burst = 5;
  double per_second = 0.5;
};

/// Token bucket: full at first, refilled steadily. Kept as the time at which it will be full, in
/// whole nanoseconds, so that a token is there at the very time that ready_at() names.
class TokenBucket {
 public:
  explicit TokenBucket(FloodOptions options);

  /// Takes one token if there is one.
  bool take(Time now);
  /// When take() will succeed; `now` if it does already.
  Time ready_at(Time now) const;

 private:
  Time period_;  ///< one token's refill
  Time slack_;   ///< how far from full the bucket may be and still hold a token
  Time full_at_{0};
};

/// The lines that wait to be sent to one server. Targets take turns, so that a flood to one
/// channel does not hold up an answer to another; within a target lines keep their order.
class OutgoingQueue {
 public:
  static constexpr std::size_t limit = 1000;            ///< lines
  static constexpr std::size_t limit_per_target = 200;  ///< so that one target leaves others room

  explicit OutgoingQueue(FloodOptions options) : bucket_(options) {}

  /// Takes all the lines, or none and returns false if they would pass a limit.
  bool push(std::string_view target, std::vector<std::string> lines);
  /// Takes lines that must not be refused, and sends them before all others.
  void push_first(std::vector<std::string> lines);

  /// Lines that wait for this target.
  std::size_t waiting_for(std::string_view target) const noexcept;
  /// Whether lines of push_first() wait.
  bool first_waits() const noexcept { return !first_.empty(); }

  /// The lines that may be sent now, as one run of bytes.
  std::string take(Time now);

  /// When take() will have something; nothing while the queue is empty.
  std::optional<Time> ready_at(Time now) const;

  std::size_t size() const noexcept { return size_ + first_.size(); }

  /// Drops everything and fills the bucket, for a new connection. Returns the lines dropped.
  std::size_t reset(FloodOptions options);

 private:
  struct Turn {
    std::string target;
    std::deque<std::string> lines;
  };

  Turn& turn_of(std::string_view target);
  std::string take_line();

  TokenBucket bucket_;
  std::deque<std::string> first_;
  std::deque<Turn> turns_;  ///< the front is next; none is empty
  std::size_t size_ = 0;    ///< lines in turns_
};

}  // namespace tubes::irc
