#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "peer.hpp"
#include "redis_server.hpp"

using namespace tubes;
using namespace tubes::test;
using namespace std::string_literals;
using Messages = std::vector<RecordingSink::Message>;

namespace {

struct Fixture {
  RedisServer server;
  Peer alice{server.url()}, bob{server.url()};

  Fixture() {
    alice.connect();
    bob.connect();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a message is accepted, and arrives with its bytes intact") {
  bob.subscribe("in");
  const auto payload = "a\0b\r\n\xff"s;
  alice.publish("in", payload);
  alice.publish("in", "");
  bob.poll_until_messages(2);
  CHECK(alice.sink.answers == std::vector<std::string>{"accepted 1", "accepted 1"});
  CHECK(bob.sink.messages == Messages{{"in", payload, "in"}, {"in", "", "in"}});
}

TEST_CASE_FIXTURE(Fixture, "a message of a megabyte arrives intact") {
  bob.subscribe("in");
  std::string payload(1 << 20, 'x');
  payload[777] = '\0';
  alice.publish("in", payload);
  bob.poll_until_messages(1);
  CHECK(bob.sink.messages == Messages{{"in", payload, "in"}});
}

TEST_CASE_FIXTURE(Fixture, "a prefix receives what is below its dot, and nothing beside") {
  bob.subscribe("in.>");
  for (const auto* topic : {"in", "in2", "inx.a", "in.libera", "in.libera.raw"})
    alice.publish(topic, "x");
  bob.poll_until_messages(2);
  CHECK(bob.sink.messages == Messages{{"in.libera", "x", "in.>"}, {"in.libera.raw", "x", "in.>"}});
}

TEST_CASE_FIXTURE(Fixture, "overlapping filters each get their copy, by name") {
  bob.subscribe("in.a");
  bob.subscribe("in.>");
  alice.publish("in.a", "x");
  bob.poll_until_messages(2);
  CHECK(bob.sink.messages == Messages{{"in.a", "x", "in.a"}, {"in.a", "x", "in.>"}});
}

TEST_CASE_FIXTURE(Fixture, "nothing arrives for a filter that ended") {
  bob.subscribe("in");
  bob.driver->unsubscribe(Filter("in"));
  bob.subscribe("end");
  alice.publish("in", "x");
  alice.publish("end", "x");
  bob.poll_until_messages(1);
  CHECK(bob.sink.messages == Messages{{"end", "x", "end"}});
}

TEST_CASE_FIXTURE(Fixture, "more than fits is taken in parts, all in order") {
  bob.subscribe("in");
  constexpr std::size_t count = 400;
  std::vector<Outgoing> messages;
  for (std::size_t i = 0; i < count; ++i)
    messages.push_back({"in", std::to_string(i) + std::string(32 << 10, '.')});
  std::vector<const Outgoing*> waiting;
  for (const auto& message : messages) waiting.push_back(&message);
  bool was_full = false;
  for (std::span<const Outgoing* const> rest = waiting; !rest.empty();) {
    const auto taken = alice.driver->send(rest);
    was_full = was_full || taken < rest.size();
    rest = rest.subspan(taken);
    alice.driver->poll(Milliseconds{1'000});
    bob.driver->poll(Milliseconds{0});
  }
  alice.poll_until([&] { return alice.sink.accepted_count == count; });
  bob.poll_until_messages(count);
  CHECK(was_full);
  for (std::size_t i = 0; i < count; ++i)
    REQUIRE(bob.sink.messages[i].payload == messages[i].payload);
}

TEST_CASE_FIXTURE(Fixture, "what is said while a write is under way follows it by itself") {
  alice.driver->call({1, RetainedCall::Kind::put, "nick", "bot"});
  alice.driver->call({2, RetainedCall::Kind::get, "nick", {}});
  alice.poll_until([&] { return alice.sink.answers.size() == 2; });
  CHECK(alice.sink.answers == std::vector<std::string>{"1 done", "2 = bot"});
}

TEST_CASE_FIXTURE(Fixture, "wake ends a poll, also one that starts later") {
  const auto start = std::chrono::steady_clock::now();
  alice.driver->wake();
  alice.driver->poll(Milliseconds{20'000});
  std::thread other([&] { alice.driver->wake(); });
  alice.driver->poll(Milliseconds{20'000});
  other.join();
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
}

TEST_CASE_FIXTURE(Fixture, "wakes that nobody polled for end one poll, and no more") {
  for (int i = 0; i < 1'000; ++i) alice.driver->wake();
  alice.driver->poll(Milliseconds{20'000});
  const auto start = std::chrono::steady_clock::now();
  alice.driver->poll(Milliseconds{50});
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(50));
}

TEST_CASE_FIXTURE(Fixture, "a retained value is what was put last, until it is removed") {
  using Kind = RetainedCall::Kind;
  CHECK(alice.call({1, Kind::get, "nick", {}}) == "1 done");
  CHECK(alice.call({2, Kind::put, "nick", "old"}) == "2 done");
  CHECK(alice.call({3, Kind::put, "nick", "new\0\xff"s}) == "3 done");
  CHECK(bob.call({4, Kind::get, "nick", {}}) == "4 = new\0\xff"s);
  CHECK(bob.call({5, Kind::remove, "nick", {}}) == "5 done");
  CHECK(alice.call({6, Kind::get, "nick", {}}) == "6 done");
}

TEST_CASE_FIXTURE(Fixture, "a retained value is kept under its prefix, in its database") {
  using Kind = RetainedCall::Kind;
  alice.call({1, Kind::put, "nick", "bot"});
  const auto seen_through = [&](const std::string& rest) {
    Peer peer(server.url(rest));
    peer.connect();
    return peer.call({2, Kind::get, "nick", {}});
  };
  CHECK(seen_through("?prefix=tubes:") == "2 = bot");
  CHECK(seen_through("?prefix=zenircbot:") == "2 done");
  CHECK(seen_through("/1") == "2 done");
  CHECK(seen_through("?db=0") == "2 = bot");
}

TEST_CASE_FIXTURE(Fixture, "topics are the same in every database") {
  Peer elsewhere(server.url("/5"));
  elsewhere.connect();
  elsewhere.subscribe("in");
  alice.publish("in", "x");
  elsewhere.poll_until_messages(1);
  CHECK(elsewhere.sink.messages == Messages{{"in", "x", "in"}});
}

TEST_CASE("everything works over a unix socket") {
  RedisServer server;
  Peer peer("redis+unix://" + server.socket() + "?db=1");
  peer.connect();
  peer.subscribe("in");
  peer.publish("in", "x");
  peer.poll_until_messages(1);
  CHECK(peer.sink.messages == Messages{{"in", "x", "in"}});
}

TEST_CASE_FIXTURE(Fixture, "a host is found by name") {
  Peer peer("redis://localhost:" + std::to_string(server.port()));
  CHECK_NOTHROW(peer.connect());
}

TEST_CASE("a message larger than the bus takes is dropped, and the connection goes on") {
  RedisServer server;
  Peer small(server.url(), {.max_payload = 100'000}), large(server.url());
  small.connect();
  large.connect();
  small.subscribe("in");
  large.publish("in", std::string(1 << 20, 'x'));
  large.publish("in", "x");
  small.poll_until_messages(1);
  CHECK(small.sink.messages == Messages{{"in", "x", "in"}});
  CHECK(small.sink.answers == std::vector<std::string>{"too large in: 1048576"});
}
