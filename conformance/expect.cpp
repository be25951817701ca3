#include <mutex>

#include <tubes/conformance/expect.hpp>

namespace tubes::conformance {
namespace {

struct Run {
  std::mutex mutex;
  std::string first_failure;
  std::function<void(const std::string&)> tell;
  std::chrono::milliseconds patience{60'000};
};

Run& this_run() {
  static Run run;
  return run;
}

}  // namespace

void note_failure(const std::string& what) noexcept {
  auto& run = this_run();
  std::lock_guard lock(run.mutex);
  if (!run.first_failure.empty()) return;
  run.first_failure = what;
  if (run.tell) run.tell(what);
}

void fail(const std::string& what) {
  note_failure(what);
  throw Failure(what);
}

std::string first_failure() {
  auto& run = this_run();
  std::lock_guard lock(run.mutex);
  return run.first_failure;
}

void on_first_failure(std::function<void(const std::string&)> tell) {
  auto& run = this_run();
  std::lock_guard lock(run.mutex);
  run.tell = std::move(tell);
}

std::chrono::milliseconds patience() {
  return this_run().patience;
}

void set_patience(std::chrono::milliseconds patience) {
  this_run().patience = patience;
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string shown = "\"";
  for (const char c : text.substr(0, longest))
    shown += c >= ' ' && c <= '~' ? std::string(1, c) : std::string("?");
  shown += '"';
  if (text.size() > longest) shown += "… (" + std::to_string(text.size()) + " bytes)";
  return shown;
}

}  // namespace tubes::conformance
