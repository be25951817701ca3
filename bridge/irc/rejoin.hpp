#pragma once

#include <string>

#include <tubes/bridge/irc/flood.hpp>

namespace tubes::irc {

/// When to ask again for a channel that we were removed from, or not let into: after `first`, and
/// each time that it happens again after twice as long, up to `longest`.
struct RejoinRule {
  int cause;  ///< the numeric that refused a JOIN, or RejoinRule::kick
  Time first, longest;
  const char* why;  ///< for the log, behind what the server said; may be ""

  static constexpr int kick = 0;

  /// For this connection it is no use.
  bool never() const noexcept { return first == Time::max(); }
};

/// Staying in a channel as long as this makes up for what was before.
inline constexpr Time stayed_in = std::chrono::minutes{1};

/// The rule for a cause; what the table does not know has one, too.
const RejoinRule& rejoin_rule(int cause);

/// The wait before one channel is asked for again. No clock and no I/O.
class RejoinBackoff {
 public:
  /// It has happened again, after `in` in the channel. Returns how long to wait.
  Time next(const RejoinRule& rule, Time in = Time::zero());

 private:
  const RejoinRule* last_ = nullptr;
  Time delay_{0};
};

}  // namespace tubes::irc
