#include <algorithm>
#include <random>
#include <thread>

#include <doctest/doctest.h>

#include <tubes/tests/support/ports.hpp>
#include <tubes/tests/support/temp_folder.hpp>
#include <tubes/transports/zeromq/broker.hpp>

#include "peer.hpp"
#include "place.hpp"

using namespace tubes::test;
using tubes::Filter;
using tubes::Url;
using tubes::zeromq::Broker;
using tubes::zeromq::BrokerOptions;

namespace {

using Message = RecordingSink::Message;

/// One publisher publishes to one subscriber through a broker at `url`.
void meet_at(const Url& url) {
  const Broker broker(url);
  Peer publisher(url), subscriber(url);
  publisher.connect();
  subscriber.connect();
  subscriber.subscribe("in");
  publisher.send("in", "hello");
  publisher.poll_until([&] { return publisher.heard.accepted_count == 1; });
  subscriber.poll_until([&] { return !subscriber.heard.messages.empty(); });
  CHECK(subscriber.heard.messages == std::vector{Message{"in", "hello", ""}});
}

}  // namespace

TEST_CASE("what one driver publishes is confirmed, and received by another") {
  meet_at(free_url());
}

TEST_CASE("a broker and its drivers meet over IPv6") {
  meet_at(Url::parse("zmq://[::1]:" + std::to_string(free_port(2))));
}

TEST_CASE("a broker and its drivers meet over unix sockets") {
  const TempFolder folder;
  meet_at(Url::parse("zmq+ipc://" + folder.path().string() + "/bus"));
}

TEST_CASE("payloads with NUL, without bytes and of the largest size arrive as they are") {
  const auto url = free_url();
  const Broker broker(url);
  Peer peer(url);
  peer.connect();
  peer.subscribe("in");
  const std::vector<Message> sent{{"in", std::string("a\0b\xff", 4), ""},
                                  {"in", "", ""},
                                  {"in", std::string(1 << 20, 'x'), ""}};
  for (const auto& message : sent) peer.send(message.topic, message.payload);
  peer.poll_until([&] { return peer.heard.messages.size() == sent.size(); });
  CHECK(peer.heard.messages == sent);
}

TEST_CASE("messages beyond the window arrive in the order published, each once") {
  constexpr std::size_t count = 50'000;
  const auto url = free_url();
  const Broker broker(url);
  Peer peer(url);
  peer.connect();
  peer.subscribe("in");
  for (std::size_t i = 0; i < count; ++i) peer.send("in", std::to_string(i));
  peer.poll_until(
      [&] { return peer.heard.messages.size() >= count && peer.heard.accepted_count == count; });
  REQUIRE(peer.heard.messages.size() == count);
  for (std::size_t i = 0; i < count; ++i)
    REQUIRE(peer.heard.messages[i].payload == std::to_string(i));
}

TEST_CASE("all filters are told to be live, once each") {
  const auto url = free_url();
  const Broker broker(url);
  Peer peer(url);
  peer.connect();
  std::vector<std::string> asked;
  for (int i = 0; i < 3'000; ++i) {
    asked.push_back("t" + std::to_string(i) + (i % 2 == 0 ? ".>" : ""));
    peer.driver().subscribe(Filter(asked.back()));
  }
  peer.poll_until([&] { return peer.heard.live.size() >= asked.size(); });
  CHECK(peer.heard.live == asked);
}

TEST_CASE("a filter that was given up receives nothing more") {
  const auto url = free_url();
  const Broker broker(url);
  Peer peer(url);
  peer.connect();
  peer.subscribe("old");
  peer.driver().unsubscribe(Filter("old"));
  peer.subscribe("new");  // live only after the broker took both
  peer.send("old", "1");
  peer.send("new", "2");
  peer.poll_until([&] { return !peer.heard.messages.empty(); });
  CHECK(peer.heard.messages == std::vector{Message{"new", "2", ""}});
}

TEST_CASE("what is published once a subscription is live arrives, whoever starts first") {
  constexpr int rounds = 200;
  const auto url = free_url();
  const Broker broker(url);
  std::mt19937 random(7);
  for (int round = 0; round < rounds; ++round) {
    Peer publisher(url), subscriber(url);
    const bool publisher_first = random() % 2 == 0;
    if (publisher_first) publisher.connect();
    subscriber.connect();
    for (auto i = random() % 3; i > 0; --i)
      publisher_first ? publisher.send("in", "early") : void();
    subscriber.subscribe("in");
    if (!publisher_first) publisher.connect();
    publisher.send("in", "live");
    subscriber.poll_until([&] {
      return std::ranges::count(subscriber.heard.messages, Message{"in", "live", ""}) == 1;
    });
  }
}

TEST_CASE("wake() from another thread ends one poll that would wait, and not the next") {
  using Steady = std::chrono::steady_clock;
  const auto url = free_url();
  BrokerOptions options;
  options.sweep_interval = std::chrono::hours(1);  // or its answers would end the poll
  const Broker broker(url, options);
  Peer peer(url);
  peer.connect();
  std::jthread waker([&] { peer.driver().wake(); });
  auto start = Steady::now();
  peer.driver().poll(std::chrono::seconds(30));
  CHECK(Steady::now() - start < std::chrono::seconds(20));
  start = Steady::now();
  peer.driver().poll(std::chrono::milliseconds(20));
  CHECK(Steady::now() - start >= std::chrono::milliseconds(19));
}
