#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "heard.hpp"
#include "member.hpp"
#include "places.hpp"

using namespace tubes;
using namespace tubes::test;

TEST_CASE_TEMPLATE("close sends what waits in the outbox", Place, EVERY_PLACE) {
  constexpr std::size_t count = 2'000;
  const Place place;
  Heard heard;
  const Member publisher(place.url()), subscriber(place.url());
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  for (std::size_t i = 0; i < count; ++i) publisher->publish("in", "x");
  const auto left = publisher->close(longest_wait);
  CHECK(left.sent.accepted == count);
  CHECK(left.sent.discarded == 0);
  CHECK(heard.wait_for(count).size() == count);
}

TEST_CASE_TEMPLATE("close delivers what waits in the inboxes, and a handler may still answer",
                   Place, EVERY_PLACE) {
  constexpr std::size_t count = 100;
  const Place place;
  Heard answers;
  Happening started, release;
  const Member other(place.url()), closing(place.url());
  const auto listening = other->subscribe("out", answers.payloads());
  const auto answering = closing->subscribe("in", [&](const Delivery&) {
    started.happen();
    release.wait();
    closing->publish("out", "answer");
  });
  for (std::size_t i = 0; i < count; ++i) other->publish("in", "x");
  started.wait();
  other->flush(longest_wait);
  // What was published before a subscription went live has arrived when it is.
  const auto barrier = closing->subscribe("barrier", [](const Delivery&) {});
  const std::jthread releasing([&] { release.happen(); });
  const auto left = closing->close(longest_wait);
  CHECK(left.received.delivered == count);
  CHECK(left.received.discarded == 0);
  CHECK(left.sent.accepted == count);
  CHECK(answers.wait_for(count).size() == count);
}

TEST_CASE_TEMPLATE("a bus may be closed twice, and by several threads at once", Place,
                   EVERY_PLACE) {
  const Place place;
  const Member bus(place.url());
  bus->publish("in", "x");
  {
    std::vector<std::jthread> closing;
    for (int i = 0; i < 4; ++i) closing.emplace_back([&] { bus->close(longest_wait); });
  }
  const auto stats = bus->close(longest_wait);
  CHECK(stats.sent.accepted == 1);
  CHECK(stats.sent.published == 1);
}

TEST_CASE_TEMPLATE("a closed bus refuses every call but close and stats", Place, EVERY_PLACE) {
  const Place place;
  const Member bus(place.url());
  bus->close(longest_wait);
  const auto code_of = [](auto call) { return error_of(call).code(); };
  CHECK(code_of([&] { bus->publish("in", "x"); }) == ErrorCode::closed);
  CHECK(code_of([&] { bus->try_publish("in", "x"); }) == ErrorCode::closed);
  CHECK(code_of([&] { (void)bus->subscribe("in", [](auto&) {}); }) == ErrorCode::closed);
  CHECK(code_of([&] { (void)bus->on_event([](auto&) {}); }) == ErrorCode::closed);
  CHECK(code_of([&] { bus->put("k", "v"); }) == ErrorCode::closed);
  CHECK(code_of([&] { bus->get("k"); }) == ErrorCode::closed);
  CHECK(code_of([&] { bus->remove("k"); }) == ErrorCode::closed);
  CHECK(code_of([&] { bus->after(Milliseconds{1}, [] {}); }) == ErrorCode::closed);
  CHECK_FALSE(bus->stats().connected);
}

TEST_CASE_TEMPLATE("close inside a handler returns, starts no further delivery, and drains", Place,
                   EVERY_PLACE) {
  const Place place;
  Heard heard, answers, events;
  Happening all_published, closed;
  const Member other(place.url()), closing(place.url());
  const auto listening = other->subscribe("out", answers.payloads());
  const auto subscription = closing->subscribe("in", [&](const Delivery& delivery) {
    heard.note(std::string(delivery.payload));
    all_published.wait();
    closing->publish("out", "last words");
    closing->close(longest_wait);
    closed.happen();
  });
  for (const auto* payload : {"1", "2", "3"}) other->publish("in", payload);
  other->flush(longest_wait);
  all_published.happen();
  closed.wait();
  CHECK(answers.wait_for(1) == Heard::Texts{"last words"});
  const auto left = closing->close(longest_wait);
  CHECK(heard.texts() == Heard::Texts{"1"});
  CHECK(left.sent.accepted == 1);
  CHECK(left.received.delivered == 1);
}

TEST_CASE_TEMPLATE("close keeps its deadline although a handler is stuck, and says what is left",
                   Place, EVERY_PLACE) {
  const Place place;
  Happening started, release;
  const Member bus(place.url());
  const auto subscription = bus->subscribe("in", [&](const Delivery&) {
    started.happen();
    release.wait();
  });
  bus->publish("in", "x");
  started.wait();
  const auto left = bus->close(Milliseconds{50});
  CHECK(left.received.waiting == 1);
  CHECK(left.received.delivered == 0);
  check_ledger(left);
  release.happen();
}

TEST_CASE_TEMPLATE("a subscription may outlive its bus, and ends without a word", Place,
                   EVERY_PLACE) {
  const Place place;
  Subscription subscription, events;
  {
    const Member bus(place.url());
    subscription = bus->subscribe("in", [](const Delivery&) {});
    events = bus->on_event([](const Event&) {});
  }
  subscription.cancel();
  CHECK_NOTHROW(subscription.reset());
  CHECK_NOTHROW(events.reset());
}

TEST_CASE_TEMPLATE("close does not wait for a timer, and forgets it", Place, EVERY_PLACE) {
  const Place place;
  Heard heard;
  const Member bus(place.url());
  bus->after(std::chrono::hours{1}, [&] { heard.note("too late"); });
  bus->close(longest_wait);
  CHECK(heard.texts().empty());
}
