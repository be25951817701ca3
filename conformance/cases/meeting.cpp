#include <algorithm>
#include <atomic>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

void ready_when_returned(Stage& stage) {
  constexpr int rounds = 1'000;
  std::mt19937 random(7);
  for (int round = 0; round < rounds; ++round) {
    Heard heard;
    std::optional<Member> publisher;
    const bool publisher_first = random() % 2 == 0;
    if (publisher_first) publisher.emplace(stage);
    if (publisher_first && random() % 2 == 0) (*publisher)->publish("in", "early");
    const Member subscriber(stage);
    const auto subscription = subscriber->subscribe("in", heard.payloads());
    if (!publisher_first) publisher.emplace(stage);
    (*publisher)->publish("in", "live");
    EXPECT_EQUAL(std::ranges::count(heard.wait_for_text("live"), "live"), 1);
  }
}

void subscribed_amid_publishing(Stage& stage) {
  const Member publisher(stage);
  std::atomic<int> next = 0;
  const std::jthread publishing([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      publisher->publish("in", std::to_string(next++));
      publisher->flush(patience());  // or a subscriber that lags behind would rightly lose some
    }
  });
  for (int round = 0; round < 20; ++round) {
    Heard heard;
    const Member subscriber(stage);
    const auto subscription = subscriber->subscribe("in", heard.payloads());
    const int first = next + 1;  // the one that is being published now may have been too early
    const auto texts = heard.wait_for_text(std::to_string(first + 100));
    const auto found = std::ranges::find(texts, std::to_string(first));
    EXPECT(texts.end() - found > 100);
    for (int i = 0; i <= 100; ++i) EXPECT_EQUAL(found[i], std::to_string(first + i));
  }
}

void two_buses(Stage& stage) {
  Heard by_alice, by_bob;
  const Member alice(stage), bob(stage);
  const auto one = alice->subscribe("in", by_alice.payloads());
  const auto two = bob->subscribe("in", by_bob.payloads());
  alice->publish("in", "from alice");
  by_alice.wait_for(1);  // nobody promises an order between two publishers
  by_bob.wait_for(1);
  bob->publish("in", "from bob");
  EXPECT_EQUAL(by_alice.wait_for(2), Heard::Texts{"from alice", "from bob"});
  EXPECT_EQUAL(by_bob.wait_for(2), Heard::Texts{"from alice", "from bob"});
}

void many_topics(Stage& stage) {
  constexpr std::size_t count = 10'000;
  Heard heard;
  const Member bus(stage);
  std::vector<Subscription> subscriptions(count);
  {
    // Where each answer takes its time, one after the other would take for ever.
    constexpr std::size_t at_once = 50;
    std::vector<std::jthread> subscribing;
    subscribing.reserve(at_once);
    for (std::size_t thread = 0; thread < at_once; ++thread)
      subscribing.emplace_back([&, thread] {
        try {
          for (auto i = thread; i < count; i += at_once)
            subscriptions[i] = bus->subscribe("t" + std::to_string(i), heard.topics());
        } catch (const Error& error) {
          note_failure(error.what());
        }
      });
  }
  Heard::Texts published;
  for (std::size_t i = 0; i < count; ++i) {
    published.push_back("t" + std::to_string(i));
    bus->publish(published.back(), "x");
  }
  auto texts = heard.wait_for(count);
  std::ranges::sort(texts);
  std::ranges::sort(published);
  EXPECT_EQUAL(texts, published);
}

}  // namespace

std::vector<Promise> meeting() {
  return {
      {"A subscription is live when `subscribe` returns: nothing is missed, without a sleep",
       {{"what is published once subscribe returned arrives, whoever starts first",
         ready_when_returned},
        {"who subscribes while others publish misses nothing from then on",
         subscribed_amid_publishing,
         {Need::own_thread}}}},
      {"Any number of buses and topics meet",
       {{"two buses in one process hear each other, and each hears itself", two_buses},
        {"ten thousand subscriptions of one bus each get what is theirs", many_topics}}},
  };
}

}  // namespace tubes::conformance
