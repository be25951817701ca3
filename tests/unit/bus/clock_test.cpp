#include <chrono>
#include <memory>
#include <utility>

#include <doctest/doctest.h>

#include <tubes/bus/clock.hpp>

using namespace std::chrono_literals;

namespace {

/// Wants to be woken at each of its times, and notes when it was.
struct Alarm final : tubes::Clock::Listener {
  tubes::VirtualClock& clock;
  std::vector<tubes::Clock::Time> wanted, woken;

  explicit Alarm(tubes::VirtualClock& c) : clock(c) { clock.add(*this); }
  ~Alarm() { clock.remove(*this); }
  std::optional<tubes::Clock::Time> next_deadline() override {
    if (wanted.empty()) return std::nullopt;
    return wanted.front();
  }
  void time_changed() override {
    if (wanted.empty() || clock.now() < wanted.front()) return;
    woken.push_back(clock.now());
    wanted.erase(wanted.begin());
  }
};

}  // namespace

TEST_CASE("a virtual clock stands still until it is told to go on") {
  tubes::VirtualClock clock;
  CHECK(clock.now() == 0ns);
  clock.advance(5s);
  CHECK(clock.now() == 5s);
}

TEST_CASE("a virtual clock stops at every deadline on its way") {
  tubes::VirtualClock clock;
  Alarm alarm(clock);
  alarm.wanted = {1s, 2s, 9s};
  clock.advance(5s);
  CHECK(alarm.woken == std::vector<tubes::Clock::Time>{1s, 2s});
  CHECK(clock.now() == 5s);
}

TEST_CASE("the system's clock never goes back") {
  const auto first = tubes::Clock::system().now();
  CHECK(tubes::Clock::system().now() >= first);
}

TEST_CASE("a listener that another one removes while the clock moves is not called any more") {
  tubes::VirtualClock clock;
  auto second = std::make_unique<Alarm>(clock);
  struct Remover final : tubes::Clock::Listener {
    std::unique_ptr<Alarm>& victim;
    explicit Remover(std::unique_ptr<Alarm>& v) : victim(v) {}
    std::optional<tubes::Clock::Time> next_deadline() override { return std::nullopt; }
    void time_changed() override { victim.reset(); }
  } remover(second);
  auto third = std::make_unique<Alarm>(clock);
  clock.add(remover);
  std::swap(second, third);  // the victim is the listener behind the remover, too
  clock.advance(1s);
  CHECK_FALSE(second);
  clock.remove(remover);
}
