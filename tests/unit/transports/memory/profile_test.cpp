#include <algorithm>
#include <atomic>
#include <thread>

#include "profiled.hpp"

using namespace std::chrono_literals;
using namespace tubes;
using tubes::test::balanced;
using tubes::test::Profiled;
using Strings = std::vector<std::string>;

namespace {

/// Every sentence here holds for each profile, and for any seed.
template <class Test>
void on_each(const Test& test, const std::string& more = "&faults=0") {
  for (const char* profile : {"redis", "zmq"})
    for (int seed = 0; seed < 10; ++seed) {
      Profiled world("profile=" + std::string(profile) + "&seed=" + std::to_string(seed) + more);
      CAPTURE(world.url);
      test(world);
    }
}

std::size_t count(const Strings& all, const std::string& start) {
  std::size_t found = 0;
  for (const auto& each : all) found += each.starts_with(start) ? 1 : 0;
  return found;
}

}  // namespace

TEST_CASE("a subscription that is waited for misses nothing published afterwards") {
  on_each([](Profiled& world) {
    const auto bus = world.open();
    const auto subscription = world.note(*bus, "t");
    bus->publish("t", "1");
    world.settle();
    CHECK(world.got == Strings{"t:1"});
  });
}

TEST_CASE("a background subscription misses what is published before it is live") {
  on_each([](Profiled& world) {
    const auto bus = world.open();
    bus->flush();
    world.settle();  // connected: the engine would hold back what is published before
    const auto listening = world.note_events(*bus);
    const auto subscription = world.note(*bus, "t", Ready::background);
    bus->publish("t", "early");
    world.settle();
    bus->publish("t", "late");
    world.settle();
    CHECK(world.got == Strings{"subscribed t 0", "t:late"});
  });
}

TEST_CASE("a message waits for its confirmation, and flush lets the time pass until it is there") {
  on_each([](Profiled& world) {
    const auto bus = world.open();
    world.settle();
    bus->publish("t", "1");
    CHECK(bus->stats().sent.waiting == 1);
    const auto before = world.clock.now();
    bus->flush();
    CHECK(bus->stats().sent.accepted == 1);
    CHECK(world.clock.now() > before);
  });
}

TEST_CASE("retained values are put, read and removed by calls that let the time pass") {
  on_each([](Profiled& world) {
    const auto bus = world.open();
    bus->put("key", "value");
    CHECK(bus->get("key") == "value");
    bus->remove("key");
    CHECK_FALSE(bus->get("key"));
  });
}

TEST_CASE("inside a handler, too, a call that waits lets the time pass") {
  on_each([](Profiled& world) {
    const auto bus = world.open();
    Subscription late;
    const auto subscription = bus->subscribe("t", [&](const Delivery&) {
      late = world.note(*bus, "late");
      bus->publish("late", "1");
      bus->flush();
      bus->put("key", "value");
      world.got.push_back(bus->get("key").value_or("none"));
    });
    bus->publish("t", "");
    world.settle();
    CHECK(world.got == Strings{"value", "late:1"});
  });
}

TEST_CASE("a call that waits in vain takes its time of the virtual clock, and says so") {
  Profiled world("profile=zmq&faults=0");
  const auto bus = world.open({.ready_timeout = 10ms});
  const auto before = world.clock.now();
  try {
    (void)world.note(*bus, "t");
    FAIL("it was live at once");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::timed_out);
    CHECK(std::string(error.what()).find("memory://profiled (as zmq)") != std::string::npos);
  }
  CHECK(world.clock.now() - before == 10ms);
}

TEST_CASE("a full outbox is waited for in the clock's time, and takes again when there is room") {
  Profiled world("profile=zmq&faults=0");
  const auto bus = world.open({.outbox_bytes = 1, .publish_timeout = 1h});
  const auto before = world.clock.now();
  for (int i = 0; i < 10; ++i) bus->publish("t", "");
  CHECK(world.clock.now() > before);
  bus->flush();
  CHECK(bus->stats().sent.accepted == 10);
}

TEST_CASE("a full outbox is waited for in vain for publish_timeout of the clock's time") {
  Profiled world("profile=zmq&faults=0");
  const auto bus = world.open({.outbox_bytes = 1, .publish_timeout = 1ms});
  bus->publish("t", "");
  const auto before = world.clock.now();
  CHECK_THROWS_AS(bus->publish("t", ""), Error);
  CHECK(world.clock.now() - before == 1ms);
}

TEST_CASE("after a disconnect everything is connected and subscribed again, as events tell") {
  on_each([](Profiled& world) {
    const auto bus = world.open();
    const auto subscription = world.note(*bus, "t");
    const auto listening = world.note_events(*bus);
    memory::disconnect("profiled");
    world.settle();
    CHECK(count(world.got, "disconnected lost memory://profiled") == 1);
    CHECK(count(world.got, "connected memory://profiled") == 1);
    CHECK(count(world.got, "resubscribed memory://profiled") == 1);
    bus->publish("t", "1");
    world.settle();
    CHECK(world.got.back() == "t:1");
  });
}

TEST_CASE("what others publish while a bus is away is lost to it, and what it publishes waits") {
  on_each([](Profiled& world) {
    const auto bus = world.open();
    const auto subscription = world.note(*bus, "t");
    world.settle();
    memory::disconnect("profiled");
    const auto other = world.open();
    while (bus->stats().connected) world.clock.pass(Clock::Time::max());
    bus->publish("t", "mine");
    CHECK(bus->stats().sent.waiting == 1);
    world.settle();
    CHECK(world.got == Strings{"t:mine"});
  });
}

TEST_CASE("what is on the way when a connection breaks is unconfirmed: some of it arrives") {
  std::size_t arrived = 0, lost = 0;
  on_each([&](Profiled& world) {
    const auto bus = world.open();
    const auto other = world.open();
    const auto subscription = world.note(*other, "t");
    world.settle();
    for (int i = 0; i < 5; ++i) bus->publish("t", std::to_string(i));
    memory::disconnect("profiled");
    world.settle();
    CHECK(bus->stats().sent.unconfirmed == 5);
    CHECK(balanced(bus->stats()));
    CHECK(world.got.empty());  // the receiver was cut off, too
  });
  on_each(
      [&](Profiled& world) {
        const auto bus = world.open();
        for (int i = 0; i < 5; ++i) bus->put("key", "");
        bus->publish("t", "1");
        bus->publish("t", "2");
        const auto reader = world.open();
        const auto subscription = world.note(*reader, "t", Ready::background);
        world.settle();
        arrived += bus->stats().sent.accepted;
        lost += bus->stats().sent.unconfirmed;
        CHECK(balanced(bus->stats()));
      },
      "&faults=500");
  CHECK(arrived > 0);
  CHECK(lost > 0);
}

TEST_CASE("a backend that was stopped is not there until it is started, and says so") {
  on_each([](Profiled& world) {
    const auto bus = world.open();
    const auto subscription = world.note(*bus, "t");
    const auto listening = world.note_events(*bus);
    memory::stop("profiled");
    world.settle();  // what never comes back is not waited for
    world.clock.advance(10s);
    CHECK_FALSE(bus->stats().connected);
    CHECK(count(world.got, "disconnected memory://profiled (as " + world.profile() +
                               ") is stopped; memory::start() brings it back") > 0);
    bus->publish("t", "1");
    CHECK(bus->stats().sent.waiting == 1);
    memory::start("profiled");
    world.settle();
    CHECK(world.got.back() == "t:1");
  });
}

TEST_CASE("no fault that was planned brings a backend back that was stopped") {
  on_each(
      [](Profiled& world) {
        const auto bus = world.open();
        world.settle();
        for (int i = 0; i < 50; ++i) bus->publish("t", "");
        memory::stop("profiled");
        world.clock.advance(20s);
        CHECK_FALSE(bus->stats().connected);
      },
      "&faults=1000");
}

TEST_CASE("a publish that a livelock overtakes while it waits for room has published, too") {
  Profiled world("profile=zmq&faults=0&limit=10");
  const auto bus = world.open({.outbox_bytes = 1});
  bus->publish("t", "1");
  const std::function<void()> again = [&] { bus->after(0ms, again); };
  bus->after(0ms, again);
  try {
    bus->publish("t", "2");
  } catch (const Error& error) {
    CHECK(bus->stats().sent.published == (error.code() == ErrorCode::livelock ? 2 : 1));
  }
}

TEST_CASE("handlers that let the time pass for their own timers are a livelock") {
  Profiled world("profile=zmq&faults=0&limit=50");
  const auto bus = world.open();
  world.settle();
  const std::function<void()> tick = [&] {
    bus->after(1ms, tick);
    (void)world.note(*bus, "u");  // until it is live, the timer is due again
  };
  bus->after(1ms, tick);
  CHECK_THROWS_AS(world.clock.advance(10ms), Error);
}

TEST_CASE("with threads each bus may have a clock of its own") {
  const auto url = Url::parse("memory://clocks?profile=zmq&dispatch=thread&faults=0");
  VirtualClock stands_still;
  const auto bus = memory::open(url);
  const auto other = memory::open(url, {.clock = &stands_still});
  bus->publish("t", "");
  bus->flush();
  std::atomic<bool> ran = false;
  other->after(1h, [&] { ran = true; });
  stands_still.advance(1h);
  while (!ran) std::this_thread::yield();
}

TEST_CASE("retained values survive a restart of redis, and not of the broker of zmq") {
  on_each([](Profiled& world) {
    const auto bus = world.open();
    bus->put("key", "value");
    memory::restart("profiled");
    world.settle();
    CHECK(bus->get("key").has_value() == bus->capabilities().retained_survives_restart);
  });
  CHECK(Profiled("profile=redis").open()->capabilities().retained_survives_restart);
  CHECK_FALSE(Profiled("profile=zmq").open()->capabilities().retained_survives_restart);
}

TEST_CASE("messages of two publishers change places, those of one never do") {
  bool changed = false;
  on_each([&](Profiled& world) {
    const auto reader = world.open(), a = world.open(), b = world.open();
    const auto subscription = world.note(*reader, "t");
    world.settle();
    Strings of_a, of_b;
    for (int i = 0; i < 10; ++i) {
      a->publish("t", "a" + std::to_string(i));
      b->publish("t", "b" + std::to_string(i));
      world.clock.advance(1ms);
    }
    world.settle();
    for (const auto& each : world.got) (each[2] == 'a' ? of_a : of_b).push_back(each);
    CHECK(of_a.size() == 10);
    CHECK(of_b.size() == 10);
    CHECK(std::ranges::is_sorted(of_a));
    CHECK(std::ranges::is_sorted(of_b));
    for (std::size_t i = 0; i + 1 < world.got.size(); i += 2)
      changed = changed || world.got[i][2] != 'a';
  });
  CHECK(changed);
}

TEST_CASE("a queue that is full loses messages as the broker of zmq does, without a word") {
  Profiled world("profile=zmq&faults=0");
  const auto bus = world.open({.outbox_bytes = 1 << 30});
  std::size_t received = 0;
  const auto subscription =
      bus->subscribe("t", [&](const Delivery&) { ++received; }, {.inbox_messages = 1'000'000});
  const auto listening = world.note_events(*bus);
  for (int i = 0; i < 100'005; ++i) bus->publish("t", "");
  bus->flush();
  world.settle();
  CHECK(received < 100'005);
  CHECK(received >= 100'000);
  CHECK(world.got.empty());
}

TEST_CASE("a queue that is full ends the connection, as redis does") {
  Profiled world("profile=redis&faults=0");
  const auto bus = world.open({.max_payload = 40 << 20, .outbox_bytes = 1 << 30});
  const auto subscription = world.note(*bus, "t");
  const auto listening = world.note_events(*bus);
  bus->publish("t", std::string(33 << 20, 'x'));
  world.settle();
  CHECK(count(world.got,
              "disconnected lost memory://profiled (as redis) (it was read too slowly") == 1);
}

TEST_CASE("two bots that answer each other for ever are stopped") {
  Profiled world("profile=zmq&faults=0");
  const auto bus = world.open();
  const auto echo = bus->subscribe("t", [&](const Delivery&) { bus->publish("t", ""); });
  bus->publish("t", "");
  CHECK_THROWS_AS(memory::run_until_idle("profiled", 100), Error);
}

TEST_CASE("a profile without a clock has a virtual one of its own") {
  const auto bus = memory::open(Url::parse("memory://own?profile=zmq&faults=0"));
  bool ran = false;
  bus->after(1ms, [&] { ran = true; });
  bus->put("key", "value");
  CHECK(ran);
}

TEST_CASE("closing lets the time pass until what was published is confirmed") {
  on_each([](Profiled& world) {
    const auto bus = world.open();
    bus->publish("t", "1");
    CHECK(bus->close().sent.accepted == 1);
    CHECK(world.settle() < 100);
  });
}

TEST_CASE("with a thread for its handlers a profile keeps the promises as well") {
  const auto bus =
      memory::open(Url::parse("memory://threads?profile=zmq&dispatch=thread&faults=0"));
  std::atomic<int> received = 0;
  const auto subscription = bus->subscribe("t", [&](const Delivery&) { ++received; });
  for (int i = 0; i < 10; ++i) bus->publish("t", "");
  bus->flush();
  bus->put("key", "value");
  CHECK(bus->get("key") == "value");
  const auto left = bus->close();
  CHECK(left.sent.accepted == 10);
  CHECK(balanced(left));
}
