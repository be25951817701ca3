#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include <tubes/bus/clock.hpp>

#include "heard.hpp"
#include "member.hpp"
#include "places.hpp"

using namespace tubes;
using namespace tubes::test;

namespace {

/// For a bus that comes back when its clock is moved, and then takes the time it needs.
BusOptions with(Clock& clock) {
  BusOptions options;
  options.clock = &clock;
  options.connect_timeout = std::chrono::hours{1};
  return options;
}

}  // namespace

TEST_CASE_TEMPLATE("after an outage everything is subscribed again, and an event says so", Place,
                   NETWORK_PLACES) {
  Place place;
  Heard heard;
  const Member subscriber(place.url());
  const auto one = subscriber->subscribe("in", heard.payloads());
  const auto two = subscriber->subscribe("in.>", heard.payloads());
  const auto three = subscriber->subscribe("in", heard.payloads());
  for (std::size_t round = 1; round <= 3; ++round) {
    place.kill();
    subscriber.wait_for(Event::Kind::disconnected, round);
    place.start();
    CHECK(subscriber.wait_for(Event::Kind::resubscribed, round).count == 2);
    const Member publisher(place.url());
    publisher->publish("in", "x");
    publisher->publish("in.a", "y");
    CHECK(heard.wait_for(3 * round).size() == 3 * round);
  }
}

TEST_CASE_TEMPLATE("what was published while away is delivered after, in order and once", Place,
                   NETWORK_PLACES) {
  constexpr std::size_t count = 1'000;
  Place place;
  Heard heard;
  VirtualClock publishers_time;  // the subscriber is to be back first
  const Member subscriber(place.url()), publisher(place.url(), with(publishers_time));
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  publisher->publish("in", "before");
  publisher->flush(longest_wait);
  heard.wait_for(1);
  place.kill();
  publisher.wait_for(Event::Kind::disconnected);
  Heard::Texts expected{"before"};
  for (std::size_t i = 0; i < count; ++i) {
    expected.push_back(std::to_string(i));
    publisher->publish("in", expected.back());
  }
  CHECK(publisher->stats().sent.waiting == count);
  place.start();
  subscriber.wait_for(Event::Kind::resubscribed);
  publishers_time.advance(std::chrono::seconds{10});
  publisher->flush(longest_wait);
  CHECK((heard.wait_for(expected.size()) == expected));
  CHECK(publisher->stats().sent.accepted == count + 1);
  CHECK(publisher->stats().sent.unconfirmed == 0);
}

TEST_CASE_TEMPLATE("what was on the way when the backend died is counted, told and never repeated",
                   Place, NETWORK_PLACES) {
  Place place;
  Heard heard;
  const Member subscriber(place.url()), publisher(place.url());
  const auto subscription = subscriber->subscribe("in", heard.payloads());
  std::atomic<bool> done = false;
  std::jthread publishing([&] {
    for (int i = 0; !done; ++i) publisher->publish("in", std::to_string(i));
  });
  heard.wait_for(1'000);
  place.kill();
  done = true;
  publishing.join();
  publisher.wait_for(Event::Kind::disconnected);
  place.start();
  subscriber.wait_for(Event::Kind::resubscribed);
  const auto left = publisher->close(longest_wait);
  CHECK(left.sent.published == left.sent.accepted + left.sent.unconfirmed);
  CHECK(publisher.sum_of_counts(Event::Kind::unconfirmed) == left.sent.unconfirmed);
  const auto texts = heard.texts();
  CHECK(texts.size() <= left.sent.accepted + left.sent.unconfirmed);
  const auto number = [](const std::string& text) { return std::stoi(text); };
  CHECK(std::ranges::adjacent_find(texts, std::greater_equal{}, number) == texts.end());
}

TEST_CASE_TEMPLATE("what waited longer than outbox_age while away is dropped, counted and told",
                   Place, NETWORK_PLACES) {
  Place place;
  VirtualClock time;
  auto options = with(time);
  options.outbox_age = Milliseconds{1'000};
  const Member bus(place.url(), options);
  bus->publish("in", "x");
  bus->flush(longest_wait);
  place.kill();
  bus.wait_for(Event::Kind::disconnected);
  bus->publish("in", "y");
  bus->publish("in", "z");
  time.advance(Milliseconds{1'000});
  CHECK(bus.wait_for(Event::Kind::expired).count == 2);
  CHECK(bus->stats().sent.expired == 2);
}

TEST_CASE_TEMPLATE("retained values outlive the backend where the transport says so", Place,
                   NETWORK_PLACES) {
  Place place;
  const Member bus(place.url());
  bus->put("key", "value");
  place.kill();
  bus.wait_for(Event::Kind::disconnected);
  place.start();
  CHECK(bus->get("key").has_value() == bus->capabilities().retained_survives_restart);
}

TEST_CASE_TEMPLATE("subscriptions that come and go while away are right after", Place,
                   NETWORK_PLACES) {
  Place place;
  Heard ended, added;
  const Member bus(place.url());
  auto old = bus->subscribe("old", ended.payloads());
  place.kill();
  bus.wait_for(Event::Kind::disconnected);
  old.reset();
  const auto fresh = bus->subscribe("new", added.payloads(), {.ready = Ready::background});
  place.start();
  bus.wait_for(Event::Kind::subscribed);
  const Member publisher(place.url());
  publisher->publish("old", "x");
  publisher->publish("new", "x");
  CHECK(added.wait_for(1) == Heard::Texts{"x"});
  CHECK(ended.texts().empty());
}

TEST_CASE_TEMPLATE("a bus whose backend is gone closes at its deadline and counts what it leaves",
                   Place, NETWORK_PLACES) {
  Place place;
  const Member bus(place.url());
  bus->publish("in", "x");
  bus->flush(longest_wait);
  place.kill();
  bus.wait_for(Event::Kind::disconnected);
  bus->publish("in", "y");
  const auto left = bus->close(Milliseconds{50});
  CHECK(left.sent.accepted == 1);
  CHECK(left.sent.discarded == 1);
  check_ledger(left);
}

#ifdef TUBES_REDIS
TEST_CASE_TEMPLATE("what a frozen backend never answered waits, and is unconfirmed once it dies",
                   Place, Redis, RedisUnix) {
  Place place;
  const Member bus(place.url());
  bus->publish("in", "x");
  bus->flush(longest_wait);
  place.freeze();
  bus->publish("in", "y");
  const auto error = error_of([&] { bus->flush(Milliseconds{1'000}); });
  CHECK(error.code() == ErrorCode::timed_out);
  CHECK(contains(error.what(), "1 messages wait"));
  place.kill();
  CHECK(bus.wait_for(Event::Kind::unconfirmed).count == 1);
  CHECK(bus->stats().sent.unconfirmed == 1);
  place.start();
  bus->publish("in", "z");
  bus->flush(longest_wait);
  CHECK(bus->stats().sent.accepted == 2);
}
#endif
