#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tubes/conformance/stage.hpp>
#include <tubes/conformance/suite.hpp>

namespace tubes::conformance {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::optional<Entry> find(std::string_view name, const Case*& found) {
  for (const auto& promise : promises())
    for (const auto& one : promise.cases)
      if (one.name == name) {
        found = &one;
        return Entry{std::string(promise.sentence), std::string(name)};
      }
  return std::nullopt;
}

/// What the child says through the pipe: the outcome as a digit, and why.
std::string verdict(Outcome outcome, const std::string& why) {
  return std::to_string(static_cast<int>(outcome)) + why;
}

std::string play(const Transport& transport, const Case& chosen) {
  const auto place = transport.place();
  Stage stage(*place);
  if (const auto why = unmet(chosen, stage); !why.empty())
    return verdict(Outcome::not_selected, why);
  chosen.run(stage);
  return {};
}

std::string verdict_of(const Transport& transport, const Case& chosen) {
  std::string said, thrown;
  try {
    said = play(transport, chosen);
  } catch (const std::exception& error) {
    thrown = error.what();
  }
  if (const auto first = first_failure(); !first.empty()) return verdict(Outcome::failed, first);
  if (!thrown.empty()) return verdict(Outcome::failed, thrown);
  return said.empty() ? verdict(Outcome::passed, "") : said;
}

/// A failure is told as soon as it is found: what unwinds afterwards may hang.
class Tell {
 public:
  explicit Tell(int pipe) : pipe_(pipe) {}
  void operator()(const std::string& text) const {
    if (::write(pipe_, text.data(), text.size()) < 0) return;
  }

 private:
  int pipe_;
};

[[noreturn]] void be_the_child(int pipe, const Transport& transport, const Case& chosen,
                               const Settings& settings) {
  ::setpgid(0, 0);
  set_patience(settings.patience);
  const Tell tell(pipe);
  on_first_failure([tell](const std::string& what) { tell(verdict(Outcome::failed, what)); });
  tell("\n" + verdict_of(transport, chosen));
  std::fflush(nullptr);
  ::_exit(0);  // whatever static objects the transport's libraries have is not the suite's
}

/// Reads what the child says until it ends or the deadline is over; true if it ended.
bool listen(int pipe, SteadyClock::time_point deadline, std::string& said) {
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    pollfd ready{pipe, POLLIN, 0};
    const int answer = ::poll(&ready, 1, std::max(0, static_cast<int>(left.count())));
    if (answer == 0) return false;
    const auto count = answer < 0 ? -1 : ::read(pipe, buffer.data(), buffer.size());
    if (count == 0) return true;
    if (count > 0) said.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

/// Ends the child and whatever it started in its process group.
int end(pid_t child) {
  ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

void judge(Result& result, const std::string& said, bool ended, const Settings& settings) {
  const auto last = said.rfind('\n');
  const auto failure = said.substr(0, last);
  const auto final = last == std::string::npos ? "" : said.substr(last + 1);
  const auto& verdict = final.empty() ? failure : final;
  if (!verdict.empty()) {
    result.outcome = static_cast<Outcome>(verdict[0] - '0');
    result.why = verdict.substr(1);
  }
  if (!final.empty()) return;
  result.outcome = Outcome::failed;
  if (!result.why.empty()) result.why += "; then ";
  result.why +=
      ended ? "it crashed"
            : "it hung: not at its end after " + std::to_string(settings.deadline.count()) + " ms";
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
  const Case* chosen = nullptr;
  const auto entry = find(case_name, chosen);
  if (!entry) throw std::invalid_argument("there is no case \"" + std::string(case_name) + "\"");
  int ends[2];
  // Closed by exec: a backend that the place starts must not keep it open.
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe2");
  std::fflush(nullptr);
  const auto start = SteadyClock::now();
  const pid_t child = ::fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    ::close(ends[0]);
    be_the_child(ends[1], transport, *chosen, settings);
  }
  ::setpgid(child, child);  // as the child does, whoever is first
  ::close(ends[1]);
  std::string said;
  const bool ended = listen(ends[0], start + settings.deadline, said);
  ::close(ends[0]);
  const int status = end(child);
  Result result{*entry, Outcome::failed, "", {}};
  result.took = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - start);
  judge(result, said, ended, settings);
  if (ended && WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
    result.why += std::string(" (") + ::strsignal(WTERMSIG(status)) + ")";
  return result;
}

}  // namespace tubes::conformance
