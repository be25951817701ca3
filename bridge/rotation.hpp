#pragma once

#include <chrono>
#include <cstddef>

#include <tubes/bridge/backoff.hpp>

namespace tubes::bridge {

/// Which of a network's servers to connect to, and how long to wait before.
///
/// They take turns in their order: one that cannot be reached, refuses us or is lost gives way to
/// the next, and one that works is kept. Within a round, in which each server has its turn once,
/// the next one is asked after a short delay, so that one dead server costs little; after a round
/// the delay is the back-off's, which so grows by rounds and not by servers. With one server each
/// attempt is a round. A connection that lasted Backoff::success begins a new round, with the
/// shortest delay; one that ended earlier was an attempt like any other.
class ServerRotation {
 public:
  using Milliseconds = Backoff::Milliseconds;

  /// `servers`: how many, at least one. Within a round `first` limits the delay, after it a limit
  /// that doubles from `first` to `longest`.
  ServerRotation(std::size_t servers, Milliseconds first, Milliseconds longest, unsigned seed)
      : servers_(servers), within_(first, first, seed), after_(first, longest, seed) {}

  /// The index of the server whose turn it is.
  std::size_t current() const noexcept { return current_; }

  /// The connection to a server has ended after this time.
  void ended_after(std::chrono::nanoseconds lasted) noexcept {
    if (lasted >= Backoff::success) failed_ = 0;
    after_.ended_after(lasted);
  }

  /// Gives the turn to the next server. Returns how long to wait before connecting to it.
  Milliseconds next() {
    current_ = (current_ + 1) % servers_;
    if (++failed_ < servers_) return within_.next();
    failed_ = 0;
    return after_.next();
  }

 private:
  std::size_t servers_;
  std::size_t current_ = 0;
  std::size_t failed_ = 0;  ///< in this round
  Backoff within_, after_;
};

}  // namespace tubes::bridge
