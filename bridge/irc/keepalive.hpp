#pragma once

#include <optional>

#include <tubes/bridge/irc/flood.hpp>

namespace tubes::irc {

/// Finds out whether a silent server is still there: asks after `quiet`, gives up `patience` later.
class Keepalive {
 public:
  enum class Verdict { alive, ask, dead };

  Keepalive(Time quiet, Time patience) : quiet_(quiet), patience_(patience) {}

  /// Something arrived; also for the start.
  void heard(Time now) noexcept {
    heard_ = now;
    asked_.reset();
  }

  /// `ask` is returned once in each silence.
  Verdict check(Time now) noexcept {
    if (now < deadline()) return Verdict::alive;
    if (asked_) return Verdict::dead;
    asked_ = now;
    return Verdict::ask;
  }

  Time deadline() const noexcept { return asked_ ? *asked_ + patience_ : heard_ + quiet_; }

 private:
  Time quiet_, patience_;
  Time heard_{0};
  std::optional<Time> asked_;
};

}  // namespace tubes::irc
