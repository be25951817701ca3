#include <thread>

#include <doctest/doctest.h>

#include <tubes/bridge/retained_state.hpp>

#include "fake_bus.hpp"

namespace tubes::bridge {
namespace {

TEST_CASE("the last value of a key is what the bus has in the end") {
  FakeBus bus;
  RetainedState state{bus};
  for (const char* nick : {"bot", "bot_", "robot"}) state.set("nick", nick);
  state.set("other", "x");
  state.set("other", std::nullopt);
  state.finish();
  CHECK(bus.values == std::map<std::string, std::string>{{"nick", "robot"}});
}

TEST_CASE("a value that the bus did not take is written when it is there again") {
  FakeBus bus;
  RetainedState state{bus};
  bus.down = true;
  state.set("nick", "bot");
  while (true) {
    const std::lock_guard lock{bus.mutex};
    if (bus.writes > 0) break;
  }
  {
    const std::lock_guard lock{bus.mutex};
    bus.down = false;
  }
  state.write_again();
  state.finish();
  CHECK(bus.values == std::map<std::string, std::string>{{"nick", "bot"}});
}

TEST_CASE(
    "values that a restarted backend has lost are written again, and what was removed stays so") {
  FakeBus bus;
  RetainedState state{bus};
  state.set("nick", "bot");
  state.set("gone", "x");
  state.set("gone", std::nullopt);
  const auto has_nick = [&] {
    const std::lock_guard lock{bus.mutex};
    return bus.values.contains("nick") && !bus.values.contains("gone");
  };
  while (!has_nick()) std::this_thread::yield();
  {
    const std::lock_guard lock{bus.mutex};
    bus.values = {{"gone", "old"}};
  }
  state.write_again();
  state.finish();
  CHECK(bus.values == std::map<std::string, std::string>{{"nick", "bot"}});
}

TEST_CASE("finishing tries what is left once, and does not wait for a bus that is down") {
  FakeBus bus;
  bus.down = true;
  RetainedState state{bus};
  state.set("nick", "bot");
  state.finish();
  CHECK(bus.writes == 1);
  CHECK(bus.values.empty());
}

TEST_CASE("while the bus is away nothing is tried, and so nothing is waited for") {
  FakeBus bus;
  bus.connected = false;
  RetainedState state{bus};
  state.set("nick", "bot");
  state.finish();
  CHECK(bus.writes == 0);
}

TEST_CASE("a bus without retained values is left alone") {
  FakeBus bus;
  bus.retained = false;
  RetainedState state{bus};
  state.set("nick", "bot");
  state.write_again();
  state.finish();
  CHECK(bus.writes == 0);
}

}  // namespace
}  // namespace tubes::bridge
