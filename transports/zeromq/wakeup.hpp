#pragma once

namespace tubes::zeromq {

/// Something to poll for that another thread can make readable.
class Wakeup {
 public:
  /// Throws std::system_error when the process has no file descriptor left.
  Wakeup();
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  int descriptor() const noexcept { return descriptor_; }
  /// Any thread; never waits.
  void wake() const noexcept;
  /// Makes it unreadable again.
  void clear() const noexcept;

 private:
  int descriptor_;
};

}  // namespace tubes::zeromq
