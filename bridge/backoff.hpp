#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace tubes::bridge {

/// How long to wait before the next attempt: a random time under a limit that doubles, so that many
/// clients do not come back at the same moment.
class Backoff {
 public:
  using Milliseconds = std::chrono::milliseconds;
  static constexpr std::chrono::seconds success{60};

  Backoff(Milliseconds first, Milliseconds longest, unsigned seed)
      : first_(first), longest_(longest), limit_(first), random_(seed) {}

  /// Between half the limit and the limit: a server that refuses is never asked at once.
  Milliseconds next() {
    std::uniform_int_distribution<Milliseconds::rep> delay{limit_.count() / 2, limit_.count()};
    limit_ = std::min(limit_ * 2, longest_);
    return Milliseconds{delay(random_)};
  }

  /// What was reached has ended. Only what lasted a while was a success: a server that welcomes
  /// and then throws out must not be asked at the shortest delay for ever.
  void ended_after(std::chrono::nanoseconds lasted) noexcept {
    if (lasted >= success) limit_ = first_;
  }

 private:
  Milliseconds first_, longest_, limit_;
  std::minstd_rand random_;
};

}  // namespace tubes::bridge
