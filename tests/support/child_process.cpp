#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tubes/tests/support/child_process.hpp>

namespace tubes::test {
namespace {

/// A pipe that exec closes: what can be read from it is the errno of an exec that failed.
struct FailurePipe {
  int ends[2];
  FailurePipe() {
    if (::pipe2(ends, O_CLOEXEC) != 0)
      throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  ~FailurePipe() {
    ::close(ends[0]);
    if (ends[1] >= 0) ::close(ends[1]);
  }
  FailurePipe(const FailurePipe&) = delete;
  FailurePipe& operator=(const FailurePipe&) = delete;

  void report(int error) const {
    if (::write(ends[1], &error, sizeof error) < 0) return;
  }
  int failure() {
    ::close(ends[1]);
    ends[1] = -1;
    int error = 0;
    return ::read(ends[0], &error, sizeof error) == sizeof error ? error : 0;
  }
};

std::vector<char*> argv_of(const std::vector<std::string>& command) {
  std::vector<char*> argv;
  for (const auto& argument : command) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  return argv;
}

/// Between fork and exec: nothing that allocates or locks.
[[noreturn]] void become(char* const* argv, int log, pid_t parent, const FailurePipe& failure) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it ended before the line above
  ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execvp(argv[0], argv);
  failure.report(errno);
  ::_exit(127);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command,
                           const std::filesystem::path& log) {
  const auto argv = argv_of(command);
  const int log_file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  FailurePipe failure;
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) become(argv.data(), log_file, parent, failure);
  ::close(log_file);
  const int error = pid_ < 0 ? errno : failure.failure();
  if (error == 0) return;
  kill();
  throw std::runtime_error("cannot run " + command[0] + " (" +
                           std::generic_category().message(error) + "); is it installed?");
}

ChildProcess::~ChildProcess() {
  kill();
}

void ChildProcess::signal(int number) const noexcept {
  if (pid_ > 0) ::kill(pid_, number);
}

int ChildProcess::wait() {
  if (pid_ > 0) {
    int raw = 0;
    while (::waitpid(pid_, &raw, 0) < 0 && errno == EINTR) continue;
    status_ = WIFSIGNALED(raw) ? -WTERMSIG(raw) : WEXITSTATUS(raw);
    pid_ = -1;
  }
  return status_;
}

void ChildProcess::freeze() const noexcept {
  signal(SIGSTOP);
  siginfo_t halted{};
  // A signal is taken whenever the process runs next, perhaps after another answer.
  while (pid_ > 0 && ::waitid(P_PID, static_cast<id_t>(pid_), &halted, WSTOPPED | WNOWAIT) < 0 &&
         errno == EINTR)
    continue;
}

void ChildProcess::kill() noexcept {
  signal(SIGKILL);
  wait();
}

}  // namespace tubes::test
