#pragma once

namespace tubes::clients {

/// The end of a program by SIGINT or SIGTERM, as something to wait for. Make it before
/// there are threads: those that come later inherit the blocked signals.
class Shutdown {
 public:
  Shutdown();
  /// Returns when a signal came, or request() was called.
  void wait();
  /// Whether wait() would return at once.
  bool requested() const noexcept;
  /// Any thread; also inside a handler.
  void request() noexcept;
};

}  // namespace tubes::clients
