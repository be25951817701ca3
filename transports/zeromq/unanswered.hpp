#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include <tubes/bus/clock.hpp>

namespace tubes::zeromq {

/// The publishes of one connection that were sent and that the broker has not answered yet. It
/// bounds them: what does not fit stays in the outbox, where it is counted and can wait.
class Unanswered {
 public:
  bool has_room() const noexcept { return sizes_.size() < most && bytes_ < most_bytes; }
  void sent(std::size_t bytes, Clock::Time now);
  /// The broker answered the first `count` publishes of the connection: how many of those are
  /// newly answered. Nothing if that cannot be.
  std::optional<std::size_t> answered(std::uint64_t count, Clock::Time now);
  /// From when on the broker has been silent for so long about what waits for its answer that it
  /// will not answer any more. Nothing while nothing waits.
  std::optional<Clock::Time> overdue_from() const;

  /// A broker answers within milliseconds; this is also for one message on a slow line.
  static constexpr std::chrono::seconds longest_silence{10};

 private:
  static constexpr std::size_t most = 10'000;
  static constexpr std::size_t most_bytes = 8 << 20;

  std::deque<std::size_t> sizes_;
  std::size_t bytes_ = 0;
  std::uint64_t answered_ = 0;
  Clock::Time progress_{0};  ///< the last answer, or when something began to wait
};

}  // namespace tubes::zeromq
