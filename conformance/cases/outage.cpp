#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include <tubes/bus/clock.hpp>
#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

/// For a bus that comes back when its clock is moved, and then takes the time it needs.
BusOptions moved_by(Clock& clock) {
  auto options = patient();
  options.clock = &clock;
  options.connect_timeout = std::chrono::hours{1};
  return options;
}

void subscribed_again(Stage& stage) {
  Heard heard;
  const Member subscriber(stage);
  const auto one = subscriber->subscribe("in", heard.payloads());
  const auto two = subscriber->subscribe("in.>", heard.payloads());
  const auto three = subscriber->subscribe("in", heard.payloads());
  for (std::size_t round = 1; round <= 3; ++round) {
    // A backend that has just come up may break off once more: then there are more events.
    const auto before = subscriber.events(Event::Kind::resubscribed);
    stage.place().kill();
    subscriber.wait_until_away();
    stage.place().start();
    EXPECT_EQUAL(subscriber.wait_for(Event::Kind::resubscribed, before + 1).count, 2);
    const Member publisher(stage);
    publisher->publish("in", "x");
    publisher->publish("in.a", "y");
    EXPECT_EQUAL(heard.wait_for(3 * round).size(), 3 * round);
  }
}

void delivered_after(Stage& stage) {
  constexpr std::size_t count = 1'000;
  Heard heard;
  VirtualClock publishers_time;  // the subscriber is to be back first
  const Member subscriber(stage), publisher(stage, moved_by(publishers_time));
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  publisher->publish("in", "before");
  publisher->flush(patience());
  heard.wait_for(1);
  stage.place().kill();
  publisher.wait_for(Event::Kind::disconnected);
  Heard::Texts expected{"before"};
  for (std::size_t i = 0; i < count; ++i) {
    expected.push_back(std::to_string(i));
    publisher->publish("in", expected.back());
  }
  EXPECT_EQUAL(publisher->stats().sent.waiting, count);
  stage.place().start();
  subscriber.wait_for(Event::Kind::resubscribed);
  publishers_time.advance(std::chrono::seconds{10});
  publisher->flush(patience());
  EXPECT_EQUAL(heard.wait_for(expected.size()), expected);
  EXPECT_EQUAL(publisher->stats().sent.accepted, count + 1);
  EXPECT_EQUAL(publisher->stats().sent.unconfirmed, 0);
}

void to_itself(Stage& stage) {
  constexpr std::size_t count = 500;
  Heard heard;
  const Member bus(stage);
  const auto one = bus->subscribe("in", heard.payloads());
  const auto two = bus->subscribe("in.>", heard.payloads());
  stage.place().kill();
  bus.wait_for(Event::Kind::disconnected);
  Heard::Texts published;
  for (std::size_t i = 0; i < count; ++i) {
    published.push_back(std::to_string(i));
    bus->publish(i % 2 == 0 ? "in" : "in.a", published.back());
  }
  stage.place().start();
  bus->flush(patience());
  EXPECT_EQUAL(heard.wait_for(count), published);
  EXPECT_EQUAL(bus->stats().sent.accepted, count);
}

void inside_a_handler(Stage& stage) {
  Heard heard;
  Happening started, killed;
  auto options = patient();
  options.outbox_bytes = 4'000;
  options.publish_timeout = std::chrono::hours{1};
  const Member bus(stage, options);
  const auto subscription = bus->subscribe("in", [&](const Delivery&) {
    started.happen();
    killed.wait();
    bus.wait_until_away();
    const std::string payload(1'000, 'x');
    const auto error = error_of([&] {
      for (int i = 0; i < 10; ++i) bus->publish("out", payload);
    });
    heard.note(std::string(name(error.code())));
  });
  bus->publish("in", "x");
  started.wait();
  stage.place().kill();
  killed.happen();
  EXPECT_EQUAL(heard.wait_for(1), Heard::Texts{"outbox_full"});
  bus->close(Milliseconds{0});  // nobody will take what waits
}

void on_the_way(Stage& stage) {
  Heard heard;
  const Member subscriber(stage), publisher(stage);
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  std::atomic<bool> done = false;
  std::jthread publishing([&] {
    for (int i = 0; !done; ++i) publisher->publish("in", std::to_string(i));
  });
  heard.wait_for(1'000);
  stage.place().kill();
  done = true;
  publishing.join();
  publisher.wait_for(Event::Kind::disconnected);
  stage.place().start();
  subscriber.wait_for(Event::Kind::resubscribed);
  const auto left = publisher->close(patience());
  EXPECT_EQUAL(left.sent.published, left.sent.accepted + left.sent.unconfirmed);
  EXPECT_EQUAL(publisher.sum_of_counts(Event::Kind::unconfirmed), left.sent.unconfirmed);
  const auto texts = heard.texts();
  EXPECT(texts.size() <= left.sent.accepted + left.sent.unconfirmed);
  const auto number = [](const std::string& text) { return std::stoi(text); };
  EXPECT(std::ranges::adjacent_find(texts, std::greater_equal{}, number) == texts.end());
}

void expired(Stage& stage) {
  VirtualClock time;
  auto options = moved_by(time);
  options.outbox_age = Milliseconds{1'000};
  const Member bus(stage, options);
  bus->publish("in", "x");
  bus->flush(patience());
  stage.place().kill();
  bus.wait_for(Event::Kind::disconnected);
  bus->publish("in", "y");
  bus->publish("in", "z");
  time.advance(Milliseconds{1'000});
  EXPECT_EQUAL(bus.wait_for(Event::Kind::expired).count, 2);
  EXPECT_EQUAL(bus->stats().sent.expired, 2);
}

void retained_after(Stage& stage) {
  const Member bus(stage);
  bus->put("key", "value");
  stage.place().kill();
  bus.wait_for(Event::Kind::disconnected);
  stage.place().start();
  EXPECT_EQUAL(bus->get("key").has_value(), bus->capabilities().retained_survives_restart);
}

void changed_while_away(Stage& stage) {
  Heard ended, added;
  const Member bus(stage);
  auto old = bus->subscribe("old", ended.payloads());
  stage.place().kill();
  bus.wait_for(Event::Kind::disconnected);
  old.reset();
  const auto fresh = bus->subscribe("new", added.payloads(), {.ready = Ready::background});
  stage.place().start();
  bus.wait_for(Event::Kind::subscribed);
  const Member publisher(stage);
  publisher->publish("old", "x");
  publisher->publish("new", "x");
  EXPECT_EQUAL(added.wait_for(1), Heard::Texts{"x"});
  EXPECT(ended.texts().empty());
}

void closed_while_away(Stage& stage) {
  const Member bus(stage);
  bus->publish("in", "x");
  bus->flush(patience());
  stage.place().kill();
  bus.wait_for(Event::Kind::disconnected);
  bus->publish("in", "y");
  bus->close(Milliseconds{50});
  const auto left = bus->close(patience());  // whatever is left is counted by then
  EXPECT_EQUAL(left.sent.accepted, 1);
  EXPECT_EQUAL(left.sent.discarded, 1);
  expect_ledger(left);
}

void frozen(Stage& stage) {
  const Member bus(stage);
  bus->publish("in", "x");
  bus->flush(patience());
  stage.place().freeze();
  bus->publish("in", "y");
  const auto error = error_of([&] { bus->flush(Milliseconds{1'000}); });
  EXPECT_EQUAL(error.code(), ErrorCode::timed_out);
  EXPECT(contains(error.what(), "1 messages wait"));
  stage.place().kill();
  EXPECT_EQUAL(bus.wait_for(Event::Kind::unconfirmed).count, 1);
  EXPECT_EQUAL(bus->stats().sent.unconfirmed, 1);
  const auto lost = error_of([&] { bus->flush(patience()); });
  EXPECT_EQUAL(lost.code(), ErrorCode::timed_out);
  EXPECT(contains(lost.what(), "0 messages wait, 1 unconfirmed or lost"));
  stage.place().start();
  bus->publish("in", "z");
  bus->flush(patience());
  EXPECT_EQUAL(bus->stats().sent.accepted, 2);
}

}  // namespace

std::vector<Promise> outage() {
  return {
      {"A reconnect subscribes everything again",
       {{"after an outage everything is subscribed again, and an event says so",
         subscribed_again,
         {Need::death}},
        {"subscriptions that come and go while away are right after",
         changed_while_away,
         {Need::death}}}},
      {"What is published while away waits, bounded by bytes and age, and is delivered after",
       {{"what was published while away is delivered after, in order and once",
         delivered_after,
         {Need::death}},
        {"what waited in the outbox reaches this bus's own subscriptions",
         to_itself,
         {Need::death}},
        {"a handler does not wait for room in a full outbox while away",
         inside_a_handler,
         {Need::death, Need::own_thread}},
        {"what waited longer than outbox_age while away is dropped, counted and told",
         expired,
         {Need::death}}}},
      {"What was on the way at a disconnect is counted as unconfirmed, and never sent again",
       {{"what was on the way when the backend died is counted, told and never repeated",
         on_the_way,
         {Need::death, Need::no_duplicates}},
        {"what a frozen backend never answered waits, and is unconfirmed once it dies",
         frozen,
         {Need::death, Need::freezing}},
        {"a bus whose backend is gone closes at its deadline and counts what it leaves",
         closed_while_away,
         {Need::death}}}},
      {"Retained values outlive the backend where the transport says so",
       {{"retained values outlive the backend where the transport says so",
         retained_after,
         {Need::death, Need::retained}}}},
  };
}

}  // namespace tubes::conformance
