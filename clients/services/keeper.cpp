#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tubes/clients/services/keeper.hpp>

namespace tubes::services {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto time_to_end = 5s;
constexpr auto longest_backoff = 60s;

/// No signal while it lives: one that came between fork and exec would find our own handlers in the
/// child, where they must not run.
class Undisturbed {
 public:
  Undisturbed() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~Undisturbed() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Undisturbed(const Undisturbed&) = delete;

 private:
  sigset_t before_{};
};

/// In the child of a fork: nothing but what is safe after one in a program with threads.
[[noreturn]] void become(char* const* arguments) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::setpgid(0, 0);  // a Ctrl-C in our terminal is ours to pass on
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
  ::syscall(SYS_close_range, 3, ~0U, 0);  // connections and files of ours
  ::execvp(arguments[0], arguments);
  constexpr int not_found = 127;
  ::_exit(not_found);
}

std::string described(int status) {
  if (WIFSIGNALED(status)) return std::string("was ended by ") + ::strsignal(WTERMSIG(status));
  if (WEXITSTATUS(status) == 127) return "could not be started (127: is the program there?)";
  return "ended with status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Keeper::Keeper(std::string name, std::vector<std::string> command, Tell tell)
    : name_(std::move(name)),
      command_(std::move(command)),
      tell_(std::move(tell)),
      wakeup_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { loop(); }) {}

Keeper::~Keeper() {
  stop();
  {
    std::lock_guard lock(mutex_);
    leaving_ = true;
  }
  wake();
  thread_.join();
  ::close(wakeup_);
}

bool Keeper::start() {
  std::lock_guard lock(mutex_);
  if (std::exchange(wanted_, true)) return false;
  next_launch_ = {};
  backoff_ = 1s;
  wake();
  return true;
}

bool Keeper::stop() {
  std::lock_guard lock(mutex_);
  if (!std::exchange(wanted_, false)) return false;
  terminate(SteadyClock::now());
  wake();
  return true;
}

void Keeper::restart() {
  std::lock_guard lock(mutex_);
  wanted_ = true;
  next_launch_ = {};
  backoff_ = 1s;
  terminate(SteadyClock::now());
  wake();
}

std::string Keeper::state() const {
  std::lock_guard lock(mutex_);
  if (pid_ != 0) return (kill_at_ ? "is ending (" : "runs (") + std::to_string(pid_) + ")";
  if (!wanted_) return "is stopped";
  const auto left = next_launch_ - SteadyClock::now();
  if (left <= SteadyClock::duration::zero()) return "is starting";
  return "starts again in " +
         std::to_string(std::chrono::ceil<std::chrono::seconds>(left).count()) + " s";
}

void Keeper::terminate(Time now) {
  if (pid_ == 0 || kill_at_) return;
  ::kill(-pid_, SIGTERM);  // with what it has started
  kill_at_ = now + time_to_end;
}

void Keeper::loop() {
  for (;;) {
    std::unique_lock lock(mutex_);
    const auto longest = step();
    const bool over = leaving_ && pid_ == 0;
    const auto news = std::exchange(news_, {});
    lock.unlock();
    for (const auto& each : news) tell_(name_ + " " + each);
    if (over) return;
    wait(longest);
  }
}

std::optional<std::chrono::milliseconds> Keeper::step() {
  const auto now = SteadyClock::now();
  collect(now);
  if (pid_ == 0 && wanted_ && now >= next_launch_) launch(now);
  if (pid_ != 0 && kill_at_ && now >= *kill_at_) ::kill(-pid_, SIGKILL);
  std::optional<Time> next;
  if (pid_ != 0 && kill_at_) next = std::max(*kill_at_, now + 100ms);
  if (pid_ == 0 && wanted_) next = next_launch_;
  if (pid_ != 0 && pidfd_ < 0) next = std::min(next.value_or(now + 1s), now + 1s);  // old kernels
  if (!next) return std::nullopt;
  return std::chrono::ceil<std::chrono::milliseconds>(
      std::max(*next - now, SteadyClock::duration{0}));
}

void Keeper::launch(Time now) {
  std::vector<char*> arguments;
  arguments.reserve(command_.size() + 1);
  for (const auto& argument : command_) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const Undisturbed undisturbed;
  const pid_t pid = ::fork();
  if (pid == 0) become(arguments.data());
  launched_ = now;
  if (pid < 0) return try_later(std::string("could not be started: ") + std::strerror(errno), now);
  ::setpgid(pid, pid);  // as the child does: whoever is first
  pid_ = pid;
  pidfd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

/// What has ended is started again, if it is wanted: the sooner the longer it ran.
void Keeper::collect(Time now) {
  siginfo_t ended{};
  if (pid_ == 0 ||
      ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      ended.si_pid != pid_)
    return;
  ::kill(-pid_, SIGKILL);  // what it has left behind; the number is still its own
  int status = 0;
  ::waitpid(pid_, &status, 0);
  if (pidfd_ >= 0) ::close(std::exchange(pidfd_, -1));
  pid_ = 0;
  const bool asked_for = std::exchange(kill_at_, std::nullopt).has_value();
  if (!wanted_ || asked_for) {
    if (!wanted_) news_.emplace_back("is stopped");
    return;
  }
  if (now - launched_ >= longest_backoff) backoff_ = 1s;
  try_later(described(status), now);
}

void Keeper::try_later(const std::string& why, Time now) {
  next_launch_ = now + backoff_;
  news_.push_back(why + "; starts again in " + std::to_string(backoff_.count()) + " s");
  backoff_ = std::min<std::chrono::seconds>(2 * backoff_, longest_backoff);
}

void Keeper::wait(std::optional<std::chrono::milliseconds> longest) const {
  std::array<pollfd, 2> ready{{{wakeup_, POLLIN, 0}, {pidfd_, POLLIN, 0}}};
  ::poll(ready.data(), ready.size(), longest ? static_cast<int>(longest->count()) : -1);
  std::uint64_t count = 0;
  [[maybe_unused]] const auto read = ::read(wakeup_, &count, sizeof count);
}

void Keeper::wake() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wakeup_, &one, sizeof one);
}

}  // namespace tubes::services
