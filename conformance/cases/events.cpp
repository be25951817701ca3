#include <string>
#include <thread>

#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

/// A subscription with room for two, whose handler is stuck while six messages arrive.
struct Overflowing {
  Heard heard;
  Happening started, release;
  Member bus;

  explicit Overflowing(Stage& stage) : bus(stage) {}

  Heard::Texts heard_with(Overflow policy) {
    const auto subscription = bus->subscribe("in",
                                             [&](const Delivery& delivery) {
                                               started.happen();
                                               release.wait();
                                               heard.note(std::string(delivery.payload));
                                             },
                                             {.inbox_messages = 2, .overflow = policy});
    bus->publish("in", "1");
    started.wait();
    for (const auto* payload : {"2", "3", "4", "5", "6"}) bus->publish("in", payload);
    bus->flush(patience());
    wait_until_received(*bus, 6);
    release.happen();
    return heard.wait_for(3);
  }
};

void drop_oldest(Stage& stage) {
  Overflowing test(stage);
  EXPECT_EQUAL(test.heard_with(Overflow::drop_oldest), Heard::Texts{"1", "5", "6"});
  EXPECT_EQUAL(test.bus.wait_for(Event::Kind::overflow).what, "in");
  EXPECT_EQUAL(test.bus.sum_of_counts(Event::Kind::overflow), 3);
  EXPECT_EQUAL(test.bus->stats().received.overflowed, 3);
}

void drop_newest(Stage& stage) {
  Overflowing test(stage);
  EXPECT_EQUAL(test.heard_with(Overflow::drop_newest), Heard::Texts{"1", "2", "3"});
  EXPECT_EQUAL(test.bus.wait_for(Event::Kind::overflow).what, "in");
  EXPECT_EQUAL(test.bus.sum_of_counts(Event::Kind::overflow), 3);
  EXPECT_EQUAL(test.bus->stats().received.overflowed, 3);
}

void block_waits(Stage& stage) {
  constexpr std::size_t count = 50;
  Heard heard;
  Happening started, release;
  Happening all_published;
  const Member publisher(stage), slow(stage);
  const auto subscription = slow->subscribe("in",
                                            [&](const Delivery& delivery) {
                                              started.happen();
                                              release.wait();
                                              heard.note(std::string(delivery.payload));
                                            },
                                            {.inbox_messages = 2, .overflow = Overflow::block});
  const std::jthread publishing([&] {
    for (std::size_t i = 0; i < count; ++i) publisher->publish("in", "x");
    all_published.happen();
  });
  started.wait();
  EXPECT(!all_published.happens_within(Milliseconds{50}));
  release.happen();
  EXPECT_EQUAL(heard.wait_for(count).size(), count);
  EXPECT_EQUAL(slow->stats().received.overflowed, 0);
}

void bounded_by_bytes(Stage& stage) {
  Heard heard;
  Happening started, release;
  const Member bus(stage);
  const auto subscription = bus->subscribe("in",
                                           [&](const Delivery& delivery) {
                                             started.happen();
                                             release.wait();
                                             heard.note(std::string(delivery.payload.substr(0, 1)));
                                           },
                                           {.inbox_bytes = 1'000});
  bus->publish("in", "1");
  started.wait();
  for (const char name : {'2', '3', '4'}) bus->publish("in", std::string(600, name));
  wait_until_received(*bus, 4);
  release.happen();
  EXPECT_EQUAL(heard.wait_for(2), Heard::Texts{"1", "4"});
  EXPECT_EQUAL(bus->stats().received.overflowed, 2);
}

void dropped_at_the_end(Stage& stage) {
  Happening started, release;
  const Member bus(stage);
  auto subscription = bus->subscribe("in", [&](const Delivery&) {
    started.happen();
    release.wait();
  });
  for (int i = 0; i < 4; ++i) bus->publish("in", "x");
  started.wait();
  wait_until_received(*bus, 4);
  subscription.cancel();
  release.happen();
  const auto left = bus->close(patience());
  EXPECT_EQUAL(left.received.delivered, 1);
  EXPECT_EQUAL(left.received.unsubscribed, 3);
}

void no_handler(Stage& stage) {
  const Member bus(stage);
  const auto code_of = [](auto call) { return error_of(call).code(); };
  EXPECT_EQUAL(code_of([&] { (void)bus->subscribe("in", {}); }), ErrorCode::invalid_argument);
  EXPECT_EQUAL(code_of([&] { (void)bus->on_event({}); }), ErrorCode::invalid_argument);
  EXPECT_EQUAL(code_of([&] { bus->after(Milliseconds{1}, {}); }), ErrorCode::invalid_argument);
}

void ended_listener(Stage& stage) {
  Heard events;
  const Member bus(stage);
  auto listening = bus->on_event([&](const Event& event) { events.note(event.what); });
  const auto one = bus->subscribe("first", [](const Delivery&) {}, {.ready = Ready::background});
  events.wait_for_text("first");
  listening.reset();
  const auto before = events.texts();
  const auto two = bus->subscribe("second", [](const Delivery&) {}, {.ready = Ready::background});
  bus.wait_for(Event::Kind::subscribed, 2);
  EXPECT_EQUAL(events.texts(), before);
}

}  // namespace

std::vector<Promise> events() {
  return {
      {"A full inbox drops by a declared policy, counts it and reports it",
       {{"a full inbox drops the oldest, counts it and reports it",
         drop_oldest,
         {Need::own_thread}},
        {"an inbox is bounded by bytes, too", bounded_by_bytes, {Need::own_thread}},
        {"a full inbox that is to drop the newest keeps what it has",
         drop_newest,
         {Need::own_thread}},
        {"an inbox that blocks makes the publisher wait, and drops nothing",
         block_waits,
         {Need::block}}}},
      {"An event handler that ended hears no more",
       {{"an event handler that ended hears no more events", ended_listener}}},
      {"What an ended subscription never heard is counted",
       {{"what waits for a subscription that ends is dropped and counted",
         dropped_at_the_end,
         {Need::own_thread}}}},
      {"A call that makes no sense is an error at the call",
       {{"a subscription, a listener and a timer want something to call", no_handler}}},
  };
}

}  // namespace tubes::conformance
