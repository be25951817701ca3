#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace tubes::test {

/// A program that runs beside the test and never outlives it: it is killed by the destructor, and
/// by the kernel if the thread that started it ends.
class ChildProcess {
 public:
  /// Runs `command`, found on the PATH, with its output appended to the file `log` and no input.
  /// Throws std::runtime_error if there is no such program.
  ChildProcess(const std::vector<std::string>& command, const std::filesystem::path& log);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const noexcept { return pid_; }
  /// Sends a signal; no effect once the program has ended and been waited for.
  void signal(int number) const noexcept;
  /// Waits for the end: the exit status, or minus the signal that ended it.
  int wait();
  /// Halts it until kill(): it keeps its connections and does nothing. It has halted on return.
  void freeze() const noexcept;
  /// SIGKILL, and waits for the end.
  void kill() noexcept;

 private:
  pid_t pid_ = -1;
  int status_ = 0;
};

}  // namespace tubes::test
