#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include <tubes/bridge/irc/flood.hpp>

namespace tubes::irc {

/// How long the server takes to answer: the time from a PING of ours to its PONG (RFC 2812 3.7.2,
/// 3.7.3). Each PING has a token of its own, so a PONG to another's PING, or to none, counts for
/// nothing. No clock: everyone who calls says what time it is.
class Lag {
 public:
  /// A lag over this is bad.
  static constexpr Time bad = std::chrono::seconds{10};

  /// Measures every `interval`; never if that is 0.
  explicit Lag(Time interval) : interval_(interval) {}

  /// From now on every `interval`.
  void change(Time now, Time interval);
  /// The server has let us in: the first measurement is due an interval later.
  void begin(Time now);
  /// The connection is gone; what it had not answered never will be.
  void end();

  /// A PING to be sent now, also one that finds out whether the server is there at all.
  std::string ping(Time now);
  /// The one that is due; "" if none is.
  std::string take(Time now);

  /// The server's PONG with this token: how long it took, if it answers a PING of ours.
  std::optional<Time> answered(Time now, std::string_view token);

  /// A word for the log, once, when the lag has become bad and when it is no longer; "" otherwise.
  /// A PING that waits for its answer counts as long as it has waited.
  std::string changed(Time now);

  /// When there will be something to take() or to tell; nothing while we do not measure.
  std::optional<Time> due() const;

 private:
  struct Ping {
    std::uint64_t number;
    Time sent;
  };

  /// More that have no answer are not remembered.
  static constexpr std::size_t most_waiting = 16;

  Time at_least(Time now) const;
  std::optional<Time> turns_bad_at() const;

  Time interval_;
  bool let_in_ = false;
  std::optional<Time> next_;
  std::uint64_t last_number_ = 0;  ///< goes on from one connection to the next
  std::deque<Ping> waiting_;       ///< the oldest first
  Time last_{0};                   ///< measured
  bool told_bad_ = false;
};

}  // namespace tubes::irc
