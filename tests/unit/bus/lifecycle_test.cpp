#include <future>
#include <thread>

#include "fixture.hpp"

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;
using tubes::Delivery;
using tubes::ErrorCode;

TEST_CASE_FIXTURE(MemoryFixture,
                  "after close every call is refused, and close may be called again") {
  auto subscription = note("t");
  bus->publish("t", "1");
  bus->close();
  bus->close();
  CHECK(code_of([&] { bus->publish("t", "2"); }) == ErrorCode::closed);
  CHECK(code_of([&] { bus->try_publish("t", "2"); }) == ErrorCode::closed);
  CHECK(code_of([&] { (void)note("t"); }) == ErrorCode::closed);
  CHECK(code_of([&] { (void)bus->on_event([](const tubes::Event&) {}); }) == ErrorCode::closed);
  CHECK(code_of([&] { bus->get("key"); }) == ErrorCode::closed);
  CHECK(code_of([&] { bus->after(1s, [] {}); }) == ErrorCode::closed);
  CHECK(got == Strings{"t:1"});
}

TEST_CASE_FIXTURE(MemoryFixture, "a closed bus hears nothing of the others") {
  const auto other = open();
  const auto subscription = note("t");
  bus->close();
  other->publish("t", "1");
  CHECK(got.empty());
}

TEST_CASE_FIXTURE(MemoryFixture, "closing inside a handler returns, and no delivery starts after") {
  const auto closes = bus->subscribe("t", [&](const Delivery&) {
    got.push_back("closing");
    bus->close();
    got.push_back("closed");
  });
  const auto more = note("t");
  bus->publish("t", "1");
  CHECK(got == Strings{"closing", "closed"});
  CHECK(bus->stats().received.discarded == 1);
  CHECK(balanced(bus->stats()));
}

TEST_CASE("close drains the inboxes, and a handler may still answer meanwhile") {
  const auto bus = tubes::memory::open(tubes::Url::parse("memory://drain?dispatch=thread"));
  std::promise<void> leave;
  auto released = leave.get_future().share();
  const auto subscription = bus->subscribe("t", [&](const Delivery& d) {
    released.wait();
    bus->publish("answer", d.payload);
  });
  for (int i = 0; i < 10; ++i) bus->publish("t", "x");
  std::jthread opener([&] { leave.set_value(); });
  const auto left = bus->close();
  CHECK(left.received.delivered == 10);
  CHECK(left.sent.accepted == 20);
  CHECK(left.handlers_failed == 0);
  CHECK(balanced(left));
}

TEST_CASE("close keeps its deadline although a handler is stuck, and says what is left") {
  std::promise<void> entered, leave;
  auto released = leave.get_future().share();
  const auto bus = tubes::memory::open(tubes::Url::parse("memory://stuck?dispatch=thread"));
  const auto subscription = bus->subscribe("t", [&](const Delivery&) {
    entered.set_value();
    released.wait();
  });
  bus->publish("t", "1");
  entered.get_future().wait();
  bus->publish("t", "2");
  const auto left = bus->close(1ms);
  CHECK(left.received.waiting == 1);
  CHECK(left.received.discarded == 1);
  CHECK(balanced(left));
  leave.set_value();
}

TEST_CASE("several threads may close one bus") {
  const auto bus = tubes::memory::open(tubes::Url::parse("memory://many?dispatch=thread"));
  const auto subscription = bus->subscribe("t", [](const Delivery&) {});
  for (int i = 0; i < 100; ++i) bus->publish("t", "x");
  std::vector<std::jthread> closers;
  for (int i = 0; i < 4; ++i)
    closers.emplace_back([&] { CHECK(bus->close().received.delivered == 100); });
}

TEST_CASE_FIXTURE(MemoryFixture,
                  "a bus ends well although bots of the same name answer each other") {
  const auto echo = bus->subscribe("t", [&](const Delivery&) { bus->publish("t", ""); });
  {
    const auto other = open();
    CHECK(code_of([&] { other->publish("t", ""); }) == ErrorCode::livelock);
    CHECK_NOTHROW(other->close());
  }
  CHECK_NOTHROW(bus->close());
  CHECK(balanced(bus->stats()));
}

TEST_CASE_FIXTURE(MemoryFixture,
                  "closing another bus of the same name inside a handler does not wait") {
  auto other = open();
  const auto waiting = other->subscribe("t", [&](const Delivery&) { got.push_back("too late"); });
  const auto closes = bus->subscribe("go", [&](const Delivery&) {
    bus->publish("t", "");
    CHECK(other->close(1h).received.discarded == 1);
  });
  bus->publish("go", "");
  CHECK(got.empty());
}

TEST_CASE("for ever is a duration that may be given") {
  tubes::VirtualClock clock;
  const auto forever = tubes::Milliseconds::max();
  const auto bus =
      tubes::memory::open(tubes::Url::parse("memory://ever"), {.outbox_age = forever,
                                                               .publish_timeout = forever,
                                                               .ready_timeout = forever,
                                                               .clock = &clock});
  bool ran = false;
  bus->after(forever, [&] { ran = true; });
  const auto subscription = bus->subscribe("t", [](const Delivery&) {});
  bus->publish("t", "");
  clock.advance(1h);
  bus->flush(forever);
  CHECK_FALSE(ran);
  CHECK(bus->close(forever).received.delivered == 1);
}
