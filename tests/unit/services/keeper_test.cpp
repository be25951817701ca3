#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <signal.h>

#include <tubes/clients/services/keeper.hpp>
#include <tubes/tests/support/temp_folder.hpp>

using namespace std::chrono_literals;
using tubes::services::Keeper;

namespace {

/// What is told of a program, as it comes.
struct News {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> all;

  Keeper::Tell tell() {
    return [this](const std::string& text) {
      std::lock_guard lock(mutex);
      all.push_back(text);
      changed.notify_all();
    };
  }
  std::string wait_for(std::size_t count) {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, 30s, [&] { return all.size() >= count; }));
    return all[count - 1];
  }
};

/// The process id in "runs (4711)", once it does.
pid_t pid_of(const Keeper& keeper) {
  for (const auto end = std::chrono::steady_clock::now() + 30s;
       std::chrono::steady_clock::now() < end; std::this_thread::yield()) {
    const auto state = keeper.state();
    if (state.starts_with("runs (")) return std::stoi(state.substr(6));
  }
  FAIL("it does not run");
  return 0;
}

bool is_there(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

/// Also as a zombie that its new parent has not yet buried.
bool is_gone(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string number, name, state;
  return !(stat >> number >> name >> state) || state == "Z";
}

}  // namespace

TEST_CASE("a program runs until it is told to stop, and then is gone") {
  News news;
  Keeper keeper("sleeper", {"sleep", "1000"}, news.tell());
  CHECK(keeper.state() == "is stopped");
  CHECK(keeper.start());
  CHECK_FALSE(keeper.start());
  const auto pid = pid_of(keeper);
  CHECK(is_there(pid));
  CHECK(keeper.stop());
  CHECK_FALSE(keeper.stop());
  CHECK(news.wait_for(1) == "sleeper is stopped");
  CHECK_FALSE(is_there(pid));
}

TEST_CASE("a program that ends is started again, after a pause that gets longer") {
  News news;
  Keeper keeper("failing", {"sh", "-c", "exit 3"}, news.tell());
  keeper.start();
  CHECK(news.wait_for(1) == "failing ended with status 3; starts again in 1 s");
  CHECK(news.wait_for(2) == "failing ended with status 3; starts again in 2 s");
  CHECK(keeper.state().starts_with("starts again in "));
  keeper.stop();
  CHECK(keeper.state() == "is stopped");
}

TEST_CASE("a program that is not there, and one that is killed, are told as such") {
  News news;
  Keeper missing("missing", {"/nowhere/program"}, news.tell());
  missing.start();
  CHECK(news.wait_for(1).find("is the program there?") != std::string::npos);
  News others;
  Keeper killed("killed", {"sleep", "1000"}, others.tell());
  killed.start();
  ::kill(pid_of(killed), SIGKILL);
  CHECK(others.wait_for(1).find("was ended by Killed") != std::string::npos);
}

TEST_CASE("a restart is another process, at once") {
  News news;
  Keeper keeper("sleeper", {"sleep", "1000"}, news.tell());
  keeper.start();
  const auto first = pid_of(keeper);
  keeper.restart();
  auto second = pid_of(keeper);
  while (second == first) second = pid_of(keeper);
  CHECK_FALSE(is_there(first));
  CHECK(news.all.empty());
}

TEST_CASE("a program that does not listen to SIGTERM is killed, with what it started") {
  News news;
  pid_t pid = 0;
  {
    Keeper keeper("stubborn", {"sh", "-c", "trap '' TERM; while :; do sleep 1; done"}, news.tell());
    keeper.start();
    pid = pid_of(keeper);
  }
  CHECK_FALSE(is_there(pid));
  CHECK(news.wait_for(1) == "stubborn is stopped");
}

TEST_CASE("what a program has started ends with it") {
  const tubes::test::TempFolder folder;
  const auto file = (folder.path() / "pid").string();
  News news;
  Keeper keeper("parent", {"sh", "-c", "sleep 1000 & echo $! > " + file + "; exit 1"}, news.tell());
  keeper.start();
  CHECK(news.wait_for(1).find("ended with status 1") != std::string::npos);
  pid_t child = 0;
  std::ifstream(file) >> child;
  REQUIRE(child > 0);
  for (const auto end = std::chrono::steady_clock::now() + 30s; !is_gone(child);)
    REQUIRE(std::chrono::steady_clock::now() < end);
}
