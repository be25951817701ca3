#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>

#include <tubes/bus/clock.hpp>

namespace tubes {

/// Exponential back-off with full jitter: a random delay up to a limit that doubles with every
/// failure, so that many clients of one backend do not come back all at once.
class Backoff {
 public:
  /// The same `seed` brings the same delays, whatever the standard library; none: random ones.
  Backoff(Clock::Time first, Clock::Time longest, std::optional<std::uint64_t> seed = {})
      : first_(first), longest_(longest), random_(seed.value_or(std::random_device{}())) {}

  Clock::Time next() {
    const auto limit = static_cast<std::uint64_t>(limit_.count());
    const Clock::Time drawn{static_cast<Clock::Time::rep>(random_() % (limit + 1))};
    limit_ = std::min(longest_, limit_ * 2);
    return drawn;
  }

  void reset() { limit_ = first_; }

 private:
  Clock::Time first_, longest_;
  Clock::Time limit_ = first_;
  std::mt19937_64 random_;
};

}  // namespace tubes
