#pragma once

#include <algorithm>
#include <random>

#include <tubes/bus/clock.hpp>

namespace tubes {

/// Exponential back-off with full jitter: a random delay up to a limit that doubles with every
/// failure, so that many clients of one backend do not come back all at once.
class Backoff {
 public:
  Backoff(Clock::Time first, Clock::Time longest) : first_(first), longest_(longest) {}

  Clock::Time next() {
    std::uniform_int_distribution<Clock::Time::rep> delay(0, limit_.count());
    const Clock::Time drawn{delay(random_)};
    limit_ = std::min(longest_, limit_ * 2);
    return drawn;
  }

  void reset() { limit_ = first_; }

 private:
  Clock::Time first_, longest_;
  Clock::Time limit_ = first_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace tubes
