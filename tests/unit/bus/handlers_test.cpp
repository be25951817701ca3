#include <atomic>
#include <future>
#include <thread>

#include "fixture.hpp"

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;
using tubes::Delivery;
using tubes::ErrorCode;

TEST_CASE_FIXTURE(MemoryFixture, "what a handler publishes is delivered after the handler") {
  const auto asks = bus->subscribe("question", [&](const Delivery&) {
    bus->publish("answer", "42");
    got.push_back("asked");
  });
  const auto answers = note("answer");
  bus->publish("question", "?");
  CHECK(got == Strings{"asked", "answer:42"});
}

TEST_CASE_FIXTURE(MemoryFixture, "a handler may subscribe, and flush, and use retained values") {
  tubes::Subscription late;
  const auto subscription = bus->subscribe("t", [&](const Delivery&) {
    late = note("late");
    bus->flush();
    bus->put("key", "value");
    got.push_back(bus->get("key").value_or("none"));
  });
  bus->publish("t", "");
  bus->publish("late", "1");
  CHECK(got == Strings{"value", "late:1"});
}

TEST_CASE_FIXTURE(MemoryFixture, "a subscription that was reset gets nothing more") {
  auto subscription = note("t");
  bus->publish("t", "1");
  subscription.reset();
  bus->publish("t", "2");
  CHECK(got == Strings{"t:1"});
}

TEST_CASE_FIXTURE(MemoryFixture, "a handler may end its own subscription and others") {
  tubes::Subscription own, other;
  own = bus->subscribe("t", [&](const Delivery&) {
    got.push_back("own");
    own.reset();
    other.reset();
  });
  other = note("t");
  bus->publish("t", "1");
  bus->publish("t", "2");
  CHECK(got == Strings{"own"});
  CHECK(bus->stats().received.unsubscribed == 1);
  CHECK(balanced(bus->stats()));
}

TEST_CASE_FIXTURE(MemoryFixture, "a subscription may outlive its bus") {
  auto subscription = note("t");
  auto listening = bus->on_event([](const tubes::Event&) {});
  bus.reset();
  CHECK_NOTHROW(subscription.reset());
  CHECK_NOTHROW(listening.cancel());
}

TEST_CASE_FIXTURE(MemoryFixture, "bots that answer each other for ever are an error") {
  bus = nullptr;
  bus = open({}, "memory://t?limit=1000");
  const auto ping = bus->subscribe("ping", [&](const Delivery&) { bus->publish("pong", ""); });
  const auto pong = bus->subscribe("pong", [&](const Delivery&) { bus->publish("ping", ""); });
  CHECK(code_of([&] { bus->publish("ping", ""); }) == ErrorCode::livelock);
  CHECK(code_of([&] { tubes::memory::run_until_idle("t", 10); }) == ErrorCode::livelock);
}

TEST_CASE_FIXTURE(MemoryFixture, "timers run as handlers when their time has come, in order") {
  bus->after(2s, [&] { got.push_back("two"); });
  bus->after(1s, [&] {
    got.push_back("one");
    bus->after(500ms, [&] { got.push_back("one and a half"); });
  });
  clock.advance(999ms);
  CHECK(got.empty());
  clock.advance(2s);
  CHECK(got == Strings{"one", "one and a half", "two"});
}

TEST_CASE("an inline bus without a virtual clock refuses timers") {
  const auto bus = tubes::memory::open(tubes::Url::parse("memory://timers"));
  CHECK(code_of([&] { bus->after(1s, [] {}); }) == ErrorCode::unsupported);
}

TEST_CASE("a full inbox drops by its policy, counts it and reports it") {
  tubes::VirtualClock clock;
  const auto bus = tubes::memory::open(tubes::Url::parse("memory://full"), {.clock = &clock});
  Strings got;
  std::uint64_t reported = 0;
  const auto listening = bus->on_event([&](const tubes::Event& event) {
    if (event.kind == tubes::Event::Kind::overflow) reported += event.count;
  });
  auto options = tubes::SubscribeOptions{.inbox_messages = 2};
  SUBCASE("drop_oldest") {
    options.overflow = tubes::Overflow::drop_oldest;
  }
  SUBCASE("drop_newest") {
    options.overflow = tubes::Overflow::drop_newest;
  }
  const auto slow =
      bus->subscribe("t", [&](const Delivery& d) { got.emplace_back(d.payload); }, options);
  const auto busy = bus->subscribe("go", [&](const Delivery&) {
    for (const char* payload : {"1", "2", "3", "4"}) bus->publish("t", payload);
  });
  bus->publish("go", "");
  const bool oldest = options.overflow == tubes::Overflow::drop_oldest;
  CHECK(got == (oldest ? Strings{"3", "4"} : Strings{"1", "2"}));
  CHECK(bus->stats().received.overflowed == 2);
  CHECK(reported == 2);
  CHECK(balanced(bus->stats()));
}

TEST_CASE("at most one handler of a bus runs at a time, also with many publishing threads") {
  const auto bus = tubes::memory::open(tubes::Url::parse("memory://one?dispatch=thread"));
  std::atomic<int> running = 0, most = 0, count = 0;
  std::promise<void> all;
  const auto handler = [&](const Delivery&) {
    most = std::max(most.load(), ++running);
    --running;
    if (++count == 800) all.set_value();
  };
  const auto first = bus->subscribe("t", handler);
  const auto second = bus->subscribe("t", handler);
  std::vector<std::jthread> publishers;
  for (int i = 0; i < 4; ++i)
    publishers.emplace_back([&] {
      for (int n = 0; n < 100; ++n) bus->publish("t", "x");
    });
  all.get_future().wait();
  CHECK(most == 1);
}

TEST_CASE("reset waits for the handler that runs, and the handler runs no more") {
  const auto bus = tubes::memory::open(tubes::Url::parse("memory://wait?dispatch=thread"));
  std::promise<void> entered, leave;
  std::atomic<bool> left = false;
  auto subscription = bus->subscribe("t", [&](const Delivery&) {
    entered.set_value();
    leave.get_future().wait();
    left = true;
  });
  bus->publish("t", "1");
  bus->publish("t", "2");
  entered.get_future().wait();
  std::jthread opener([&] { leave.set_value(); });
  subscription.reset();
  CHECK(left);
}

TEST_CASE("a message published while a handler runs on another thread is queued behind it") {
  const auto bus = tubes::memory::open(tubes::Url::parse("memory://behind"));
  std::promise<void> entered, leave;
  Strings got;
  const auto subscription = bus->subscribe("t", [&](const Delivery& d) {
    if (d.payload == "1") {
      entered.set_value();
      leave.get_future().wait();
    }
    got.emplace_back(d.payload);
  });
  std::jthread first([&] { bus->publish("t", "1"); });
  entered.get_future().wait();
  bus->publish("t", "2");
  leave.set_value();
  first.join();
  CHECK(got == Strings{"1", "2"});
}

TEST_CASE_FIXTURE(MemoryFixture, "a burst out of one handler is no livelock, however large") {
  bus = nullptr;
  bus = open({}, "memory://t?limit=10");
  const auto burst = bus->subscribe("go", [&](const Delivery&) {
    for (int i = 0; i < 1000; ++i) bus->publish("t", "");
  });
  const auto counts = note("t");
  CHECK_NOTHROW(bus->publish("go", ""));
  CHECK(got.size() == 1000);
}

TEST_CASE("a timer that is always due does not starve the deliveries") {
  const auto bus = tubes::memory::open(tubes::Url::parse("memory://timer?dispatch=thread"));
  std::promise<void> delivered;
  const auto subscription = bus->subscribe("t", [&](const Delivery&) { delivered.set_value(); });
  std::function<void()> again = [&] { bus->after(0ms, again); };
  again();
  bus->publish("t", "");
  delivered.get_future().wait();
  bus->close();
}

TEST_CASE_FIXTURE(MemoryFixture, "a timer that sets itself again may go on for ever") {
  bus = nullptr;
  bus = open({}, "memory://t?limit=10");
  std::size_t ticks = 0;
  const std::function<void()> tick = [&] {
    ++ticks;
    bus->after(1ms, tick);
  };
  bus->after(1ms, tick);
  CHECK_NOTHROW(clock.advance(1s));
  CHECK(ticks == 1'000);
}

TEST_CASE_FIXTURE(MemoryFixture, "a timer that sets itself again for at once is a livelock") {
  bus = nullptr;
  bus = open({}, "memory://t?limit=10");
  const std::function<void()> tick = [&] { bus->after(0ms, tick); };
  bus->after(0ms, tick);
  CHECK(code_of([&] { clock.advance(1ms); }) == ErrorCode::livelock);
}

TEST_CASE_FIXTURE(MemoryFixture, "what cannot be called is refused at the call") {
  CHECK(code_of([&] { (void)bus->subscribe("t", nullptr); }) == ErrorCode::invalid_argument);
  CHECK(code_of([&] { (void)bus->on_event(nullptr); }) == ErrorCode::invalid_argument);
  CHECK(code_of([&] { bus->after(1s, nullptr); }) == ErrorCode::invalid_argument);
}

TEST_CASE_FIXTURE(MemoryFixture, "overflow of two subscriptions is two events, which count all") {
  std::vector<std::uint64_t> counts;
  const auto listening = bus->on_event([&](const tubes::Event& e) { counts.push_back(e.count); });
  const auto a = note("a", {.inbox_messages = 1});
  const auto b = note("b", {.inbox_messages = 1});
  const auto flood = bus->subscribe("go", [&](const Delivery&) {
    for (int i = 0; i < 2000; ++i) bus->publish(i % 2 == 0 ? "a" : "b", "");
  });
  bus->publish("go", "");
  CHECK(counts == std::vector<std::uint64_t>{999, 999});
  CHECK(bus->stats().events_dropped == 0);
}

TEST_CASE_FIXTURE(MemoryFixture,
                  "a timer that is due at once runs at its own time, and not later") {
  bus->after(0ms, [&] {
    got.push_back("at once");
    bus->after(1ms, [&] { got.push_back("then"); });
  });
  clock.advance(1ms);
  CHECK(got == std::vector<std::string>{"at once", "then"});
}
