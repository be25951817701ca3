#pragma once

#include <cstdint>

#include <tubes/bridge/irc/time.hpp>

namespace tubes::irc {

/// How fast a network lets a client talk: `burst` lines at once, then `per_second`.
struct FloodOptions {
  double burst = 5;
  double per_second = 0.5;

  bool operator==(const FloodOptions&) const = default;
};

/// Token bucket: full at first, refilled steadily. Kept as the time at which it will be full, in
/// whole nanoseconds, so that a token is there at the very time that ready_at() names.
class TokenBucket {
 public:
  explicit TokenBucket(FloodOptions options);

  /// Others hold from now on; what was spent stays spent.
  void change(FloodOptions options);
  /// Takes one token if there is one.
  bool take(Time now);
  /// For `count` lines that could not wait: what follows waits the longer.
  void charge(Time now, std::uint64_t count);
  /// When take() will succeed; `now` if it does already.
  Time ready_at(Time now) const;

 private:
  Time period_;  ///< one token's refill
  Time slack_;   ///< how far from full the bucket may be and still hold a token
  Time full_at_{0};
};

}  // namespace tubes::irc
