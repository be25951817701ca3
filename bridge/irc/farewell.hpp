#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tubes/bridge/irc/line.hpp>
#include <tubes/bridge/irc/time.hpp>

namespace tubes::irc {

/// The end that we want: QUIT, as soon as nothing waits to be sent, or when that has taken too
/// long.
class Farewell {
 public:
  /// For a new connection.
  void reset() { *this = {}; }

  /// Throws Error{refused} if the reason fits no line.
  void begin(Time now, std::string_view reason, Time patience) {
    if (deadline_) return;
    line_ = format_line("QUIT", {}, reason);
    reason_ = reason;
    deadline_ = now + patience;
  }
  bool begun() const noexcept { return deadline_.has_value(); }
  bool said() const noexcept { return said_; }

  const std::string& reason() const noexcept { return reason_; }

  /// Whether it is to be said now; `idle`: nothing waits.
  bool due(Time now, bool idle) const noexcept {
    return begun() && !said_ && (idle || now >= *deadline_);
  }
  /// The line, once due() says so. Nothing is to follow it.
  std::string say() {
    said_ = true;
    return line_;
  }

  /// When it is due whatever waits.
  std::optional<Time> deadline() const noexcept { return said_ ? std::nullopt : deadline_; }

 private:
  std::string line_, reason_;
  std::optional<Time> deadline_;
  bool said_ = false;
};

}  // namespace tubes::irc
