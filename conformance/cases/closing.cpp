#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

void sends_the_outbox(Stage& stage) {
  constexpr std::size_t count = 2'000;
  Heard heard;
  const Member publisher(stage), subscriber(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  for (std::size_t i = 0; i < count; ++i) publisher->publish("in", "x");
  const auto left = publisher->close(patience());
  EXPECT_EQUAL(left.sent.accepted, count);
  EXPECT_EQUAL(left.sent.discarded, 0);
  EXPECT_EQUAL(heard.wait_for(count).size(), count);
}

void delivers_the_inboxes(Stage& stage) {
  constexpr std::size_t count = 100;
  Heard answers;
  Happening started, release;
  const Member other(stage), closing(stage);
  const auto listening = other->subscribe("out", answers.payloads());
  const auto answering = closing->subscribe("in", [&](const Delivery&) {
    started.happen();
    release.wait();
    closing->publish("out", "answer");
  });
  for (std::size_t i = 0; i < count; ++i) other->publish("in", "x");
  started.wait();
  other->flush(patience());
  wait_until_received(*closing, count);
  const std::jthread releasing([&] { release.happen(); });
  const auto left = closing->close(patience());
  EXPECT_EQUAL(left.received.delivered, count);
  EXPECT_EQUAL(left.received.discarded, 0);
  EXPECT_EQUAL(left.sent.accepted, count);
  EXPECT_EQUAL(answers.wait_for(count).size(), count);
}

void destroyed(Stage& stage) {
  constexpr std::size_t count = 500;
  Heard heard;
  const Member subscriber(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  {
    const auto publisher = stage.place().open({});
    publisher->publish("in", "x");
    publisher->flush(patience());  // a destructor does not wait long for a connection
    for (std::size_t i = 1; i < count; ++i) publisher->publish("in", "x");
  }
  EXPECT_EQUAL(heard.wait_for(count).size(), count);
}

void closed_twice(Stage& stage) {
  const Member bus(stage);
  bus->publish("in", "x");
  {
    std::vector<std::jthread> closing;
    closing.reserve(4);
    for (int i = 0; i < 4; ++i) closing.emplace_back([&] { bus->close(patience()); });
  }
  const auto stats = bus->close(patience());
  EXPECT_EQUAL(stats.sent.accepted, 1);
  EXPECT_EQUAL(stats.sent.published, 1);
}

void refuses(Stage& stage) {
  const Member bus(stage);
  bus->close(patience());
  const auto code_of = [](auto call) { return error_of(call).code(); };
  EXPECT_EQUAL(code_of([&] { bus->publish("in", "x"); }), ErrorCode::closed);
  EXPECT_EQUAL(code_of([&] { bus->try_publish("in", "x"); }), ErrorCode::closed);
  EXPECT_EQUAL(code_of([&] { (void)bus->subscribe("in", [](auto&) {}); }), ErrorCode::closed);
  EXPECT_EQUAL(code_of([&] { (void)bus->on_event([](auto&) {}); }), ErrorCode::closed);
  const auto none_kept = stage.capabilities().retained ? ErrorCode::closed : ErrorCode::unsupported;
  EXPECT_EQUAL(code_of([&] { bus->put("k", "v"); }), none_kept);
  EXPECT_EQUAL(code_of([&] { bus->get("k"); }), none_kept);
  EXPECT_EQUAL(code_of([&] { bus->remove("k"); }), none_kept);
  EXPECT_EQUAL(code_of([&] { bus->after(Milliseconds{1}, [] {}); }), ErrorCode::closed);
  EXPECT(!bus->stats().connected);
}

void closed_inside(Stage& stage) {
  Heard heard, answers, events;
  Happening all_published, closed;
  const Member other(stage), closing(stage);
  const auto listening = other->subscribe("out", answers.payloads());
  const auto subscription = closing->subscribe("in", [&](const Delivery& delivery) {
    heard.note(std::string(delivery.payload));
    all_published.wait();
    closing->publish("out", "last words");
    closing->close(patience());
    closed.happen();
  });
  for (const auto* payload : {"1", "2", "3"}) other->publish("in", payload);
  other->flush(patience());
  all_published.happen();
  closed.wait();
  EXPECT_EQUAL(answers.wait_for(1), Heard::Texts{"last words"});
  const auto left = closing->close(patience());
  EXPECT_EQUAL(heard.texts(), Heard::Texts{"1"});
  EXPECT_EQUAL(left.sent.accepted, 1);
  EXPECT_EQUAL(left.received.delivered, 1);
}

void stuck_handler(Stage& stage) {
  Happening started, release;
  const Member bus(stage);
  const auto subscription = bus->subscribe("in", [&](const Delivery&) {
    started.happen();
    release.wait();
  });
  bus->publish("in", "x");
  started.wait();
  const auto left = bus->close(Milliseconds{50});
  EXPECT_EQUAL(left.received.waiting, 1);
  EXPECT_EQUAL(left.received.delivered, 0);
  expect_ledger(left);
  release.happen();
}

void outlived(Stage& stage) {
  Subscription subscription, events;
  {
    const Member bus(stage);
    subscription = bus->subscribe("in", [](const Delivery&) {});
    events = bus->on_event([](const Event&) {});
  }
  subscription.cancel();
  subscription.reset();
  events.reset();
}

void timer_forgotten(Stage& stage) {
  Heard heard;
  const Member bus(stage);
  bus->after(std::chrono::hours{1}, [&] { heard.note("too late"); });
  bus->close(patience());
  EXPECT(heard.texts().empty());
}

}  // namespace

std::vector<Promise> closing() {
  return {
      {"`close` drains outbox and inboxes",
       {{"close sends what waits in the outbox", sends_the_outbox},
        {"a bus that is destroyed sends what waits in its outbox", destroyed},
        {"close delivers what waits in the inboxes, and a handler may still answer",
         delivers_the_inboxes,
         {Need::own_thread}}}},
      {"`close` is idempotent, safe from any thread, and final",
       {{"a bus may be closed twice, and by several threads at once", closed_twice},
        {"a closed bus refuses every call but close and stats", refuses},
        {"a subscription may outlive its bus, and ends without a word", outlived},
        {"close does not wait for a timer, and forgets it", timer_forgotten}}},
      {"`close` inside a handler returns, and no further delivery starts",
       {{"close inside a handler returns, starts no further delivery, and drains",
         closed_inside,
         {Need::own_thread}}}},
      {"`close` keeps its deadline, and reports what is left",
       {{"close keeps its deadline although a handler is stuck, and says what is left",
         stuck_handler,
         {Need::own_thread}}}},
  };
}

}  // namespace tubes::conformance
