#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <unistd.h>

#include <tubes/conformance/case.hpp>
#include <tubes/conformance/stage.hpp>
#include <tubes/conformance/suite.hpp>

namespace tubes::conformance {
namespace {

using SteadyClock = std::chrono::steady_clock;

// The child says lines through the pipe: the first failure as soon as it is noted, for what unwinds
// afterwards may hang, and the verdict at its end. Each is a mark, the outcome as a digit, and why.
constexpr char noted = 'n', at_its_end = 'e';

struct Verdict {
  Outcome outcome = Outcome::passed;
  std::string why;
};

void say(int pipe, char mark, Verdict verdict) {
  std::ranges::replace(verdict.why, '\n', ' ');
  const auto line = mark + std::to_string(static_cast<int>(verdict.outcome)) + verdict.why + '\n';
  for (std::string_view rest = line; !rest.empty();) {
    const auto count = ::write(pipe, rest.data(), rest.size());
    if (count < 0 && errno != EINTR) return;
    if (count > 0) rest.remove_prefix(static_cast<std::size_t>(count));
  }
}

Verdict play(const Transport& transport, const Case& chosen) {
  const auto place = transport.place();
  Stage stage(*place);
  if (auto why = unmet(chosen, stage); !why.empty()) return {Outcome::not_selected, std::move(why)};
  chosen.run(stage);
  return {};
}

Verdict verdict_of(const Transport& transport, const Case& chosen) {
  Verdict verdict;
  try {
    verdict = play(transport, chosen);
  } catch (const std::exception& error) {
    verdict = {Outcome::failed, error.what()};
  } catch (...) {
    verdict = {Outcome::failed, "something was thrown that is no std::exception"};
  }
  if (auto first = first_failure(); !first.empty()) return {Outcome::failed, std::move(first)};
  return verdict;
}

/// A crash is the parent's to report: the handlers that its test framework installed are not asked.
void crash_silently() {
  for (const int signal : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTERM})
    ::signal(signal, SIG_DFL);
}

[[noreturn]] void be_the_child(int pipe, const Transport& transport, const Case& chosen,
                               const Settings& settings) {
  ::setpgid(0, 0);
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a case that hangs does not outlive a parent that is killed
#endif
  crash_silently();
  set_patience(settings.patience);
  on_first_failure([pipe](const std::string& what) { say(pipe, noted, {Outcome::failed, what}); });
  say(pipe, at_its_end, verdict_of(transport, chosen));
  std::fflush(nullptr);
  ::_exit(0);  // whatever static objects the transport's libraries have is not the suite's
}

/// How long a case may take to end once it has said something.
constexpr std::chrono::milliseconds longest_end{1'000};

/// Reads what the child says until it ends, or its time is over; true if it ended.
bool listen(int pipe, SteadyClock::time_point deadline, std::string& said) {
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    pollfd ready{pipe, POLLIN, 0};
    const int answer = ::poll(&ready, 1, std::max(0, static_cast<int>(left.count())));
    if (answer == 0) return false;
    const auto count = answer < 0 ? -1 : ::read(pipe, buffer.data(), buffer.size());
    if (count == 0) return true;
    if (count < 0) continue;
    said.append(buffer.data(), static_cast<std::size_t>(count));
    deadline = std::min(deadline, SteadyClock::now() + longest_end);
  }
}

/// Ends the child and whatever it started in its process group.
int end(pid_t child) {
  ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

/// What became of a child that gave no verdict.
std::string abrupt_end(bool ended, int status, std::chrono::milliseconds took) {
  if (!ended) return "it hung: not at its end after " + std::to_string(took.count()) + " ms";
  if (WIFSIGNALED(status)) return std::string("it crashed (") + ::strsignal(WTERMSIG(status)) + ")";
  return "it ended the process (exit status " + std::to_string(WEXITSTATUS(status)) + ")";
}

Verdict judge(const std::string& said, const std::string& abrupt_end) {
  Verdict verdict{Outcome::failed, ""};
  bool failed = false, at_end = false;
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line) && line.size() >= 2;) {
    at_end = at_end || line[0] == at_its_end;
    // What fails later than the verdict, on a thread that the case left behind, counts all the
    // same.
    if (!failed) verdict = {static_cast<Outcome>(line[1] - '0'), line.substr(2)};
    failed = failed || verdict.outcome == Outcome::failed;
  }
  if (at_end) return verdict;
  if (!verdict.why.empty()) verdict.why += "; then ";
  return {Outcome::failed, verdict.why + abrupt_end};
}

}  // namespace

std::vector<Entry> cases() {
  std::vector<Entry> all;
  for (const auto& promise : promises())
    for (const auto& one : promise.cases)
      all.push_back({std::string(promise.sentence), std::string(one.name)});
  return all;
}

std::string_view name(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::not_selected:
      return "not selected";
  }
  return "?";
}

Result run(const Transport& transport, std::string_view case_name, const Settings& settings) {
  for (const auto& promise : promises())
    for (const auto& one : promise.cases)
      if (one.name == case_name)
        return run(transport, {std::string(promise.sentence), std::string(one.name)}, one,
                   settings);
  throw std::invalid_argument("there is no case \"" + std::string(case_name) + "\"");
}

Result run(const Transport& transport, const Entry& entry, const Case& chosen,
           const Settings& settings) {
  int ends[2];
  // Closed by exec: a backend that the place starts must not keep it open.
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe2");
  std::fflush(nullptr);
  const auto start = SteadyClock::now();
  const pid_t child = ::fork();
  if (child < 0) {
    const int error = errno;
    for (const int one : ends) ::close(one);
    throw std::system_error(error, std::generic_category(), "fork");
  }
  if (child == 0) {
    ::close(ends[0]);
    be_the_child(ends[1], transport, chosen, settings);
  }
  ::setpgid(child, child);  // as the child does, whoever is first
  ::close(ends[1]);
  std::string said;
  const bool ended = listen(ends[0], start + settings.deadline, said);
  ::close(ends[0]);
  const int status = end(child);
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - start);
  const auto verdict = judge(said, abrupt_end(ended, status, took));
  return {entry, verdict.outcome, verdict.why, took};
}

}  // namespace tubes::conformance
