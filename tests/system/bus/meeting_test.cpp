#include <algorithm>
#include <atomic>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "heard.hpp"
#include "member.hpp"
#include "places.hpp"

using namespace tubes;
using namespace tubes::test;

TEST_CASE_TEMPLATE("what is published once subscribe returned arrives, whoever starts first", Place,
                   EVERY_PLACE) {
  constexpr int rounds = 300;
  const Place place;
  std::mt19937 random(7);
  for (int round = 0; round < rounds; ++round) {
    Heard heard;
    std::optional<Member> publisher;
    const bool publisher_first = random() % 2 == 0;
    if (publisher_first) publisher.emplace(place.url());
    if (publisher_first && random() % 2 == 0) (*publisher)->publish("in", "early");
    const Member subscriber(place.url());
    const auto subscription = subscriber->subscribe("in", heard.payloads());
    if (!publisher_first) publisher.emplace(place.url());
    (*publisher)->publish("in", "live");
    CHECK(std::ranges::count(heard.wait_for_text("live"), "live") == 1);
  }
}

TEST_CASE_TEMPLATE("who subscribes while others publish misses nothing from then on", Place,
                   EVERY_PLACE) {
  const Place place;
  const Member publisher(place.url());
  std::atomic<int> next = 0;
  const std::jthread publishing([&](std::stop_token stop) {
    while (!stop.stop_requested()) {
      publisher->publish("in", std::to_string(next++));
      publisher->flush(longest_wait);  // or a subscriber that lags behind would rightly lose some
    }
  });
  for (int round = 0; round < 20; ++round) {
    Heard heard;
    const Member subscriber(place.url());
    const auto subscription = subscriber->subscribe("in", heard.payloads());
    const int first = next + 1;  // the one that is being published now may have been too early
    const auto texts = heard.wait_for_text(std::to_string(first + 100));
    const auto found = std::ranges::find(texts, std::to_string(first));
    REQUIRE(texts.end() - found > 100);
    for (int i = 0; i <= 100; ++i) REQUIRE(found[i] == std::to_string(first + i));
  }
}

TEST_CASE_TEMPLATE("two buses in one process hear each other, and each hears itself", Place,
                   EVERY_PLACE) {
  const Place place;
  Heard by_alice, by_bob;
  const Member alice(place.url()), bob(place.url());
  const auto one = alice->subscribe("in", by_alice.payloads());
  const auto two = bob->subscribe("in", by_bob.payloads());
  alice->publish("in", "from alice");
  by_bob.wait_for(1);
  bob->publish("in", "from bob");
  CHECK(by_alice.wait_for(2) == Heard::Texts{"from alice", "from bob"});
  CHECK(by_bob.wait_for(2) == Heard::Texts{"from alice", "from bob"});
}

TEST_CASE_TEMPLATE("a thousand subscriptions of one bus each get what is theirs", Place,
                   EVERY_PLACE) {
  constexpr int count = 1'000;
  const Place place;
  Heard heard;
  const Member bus(place.url());
  std::vector<Subscription> subscriptions;
  for (int i = 0; i < count; ++i)
    subscriptions.push_back(bus->subscribe("t" + std::to_string(i), heard.topics()));
  Heard::Texts published;
  for (int i = 0; i < count; ++i) {
    published.push_back("t" + std::to_string(i));
    bus->publish(published.back(), "x");
  }
  auto texts = heard.wait_for(count);
  std::ranges::sort(texts);
  std::ranges::sort(published);
  CHECK(texts == published);
}
