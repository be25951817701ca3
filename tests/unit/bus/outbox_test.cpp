#include <chrono>

#include <doctest/doctest.h>

#include <tubes/bus/engine/outbox.hpp>

using namespace std::chrono_literals;
using tubes::Outbox;

namespace {

struct Fixture {
  tubes::VirtualClock clock;
  tubes::BusOptions options;
  Outbox outbox{clock, options, "me"};

  void publish(int count) {
    for (int i = 0; i < count; ++i)
      REQUIRE(outbox.push("t", std::to_string(i), Outbox::Wait::never) == Outbox::Push::done);
  }
  Outbox::Push number(const char* topic) {
    return outbox.push_numbered(
        topic, [](std::uint64_t number) { return std::to_string(number); }, Outbox::Wait::never);
  }
  /// All that waits, as "topic payload".
  std::vector<std::string> waiting() {
    std::vector<const tubes::Outgoing*> front;
    outbox.front(front, 100);
    std::vector<std::string> all;
    for (const auto* message : front) all.push_back(message->topic + " " + message->payload);
    return all;
  }
  bool balanced() const {
    const auto s = outbox.ledger();
    return s.published ==
           s.accepted + s.waiting + s.unconfirmed + s.expired + s.discarded + s.rejected;
  }
};

tubes::Deadline now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "messages leave the outbox in the order they came") {
  publish(3);
  std::vector<const tubes::Outgoing*> front;
  outbox.front(front, 2);
  REQUIRE(front.size() == 2);
  CHECK(front[0]->payload == "0");
  CHECK(front[1]->payload == "1");
  outbox.sent(2);
  outbox.front(front, 2);
  REQUIRE(front.size() == 1);
  CHECK(front[0]->payload == "2");
}

TEST_CASE_FIXTURE(Fixture, "a full outbox refuses, and takes again when there is room") {
  options.outbox_bytes = 400;
  while (outbox.push("t", std::string(100, 'x'), Outbox::Wait::never) == Outbox::Push::done) {
  }
  const auto published = outbox.ledger().published;
  CHECK(published == 3);  // what a message costs beside its bytes counts, too
  CHECK(outbox.push("t", std::string(100, 'x'), Outbox::Wait::never) == Outbox::Push::full);
  CHECK(outbox.ledger().published == published);
  outbox.sent(1);
  CHECK(outbox.push("t", std::string(100, 'x'), Outbox::Wait::never) == Outbox::Push::done);
}

TEST_CASE_FIXTURE(Fixture, "an empty outbox takes a message larger than itself") {
  options.outbox_bytes = 1;
  publish(1);
  CHECK(outbox.push("t", "", Outbox::Wait::never) == Outbox::Push::full);
}

TEST_CASE_FIXTURE(Fixture, "inside a handler a full outbox is waited for only while connected") {
  options.outbox_bytes = 1;
  options.publish_timeout = 3600s;
  publish(1);
  CHECK(outbox.push("t", "", Outbox::Wait::while_connected) == Outbox::Push::full);
}

TEST_CASE_FIXTURE(Fixture, "every message has one fate in the ledger") {
  publish(10);
  outbox.sent(6);
  outbox.accepted(2);
  outbox.rejected();
  CHECK(balanced());
  CHECK(outbox.disconnected() == 3);
  CHECK(balanced());
  clock.advance(options.outbox_age);
  publish(1);
  CHECK(outbox.expire() == 4);
  outbox.discard();
  CHECK(balanced());
  const auto s = outbox.ledger();
  CHECK(s.published == 11);
  CHECK(s.accepted == 2);
  CHECK(s.rejected == 1);
  CHECK(s.unconfirmed == 3);
  CHECK(s.expired == 4);
  CHECK(s.discarded == 1);
  CHECK(s.waiting == 0);
}

TEST_CASE_FIXTURE(Fixture, "a message may be accepted before it is counted as sent") {
  publish(2);
  outbox.accepted(1);
  CHECK(outbox.ledger().waiting == 1);
  CHECK(balanced());
  outbox.sent(1);
  CHECK(outbox.ledger().waiting == 1);
  CHECK_FALSE(outbox.drained());
}

TEST_CASE_FIXTURE(Fixture, "flush sees what is waiting, and tells each loss once") {
  publish(2);
  CHECK(outbox.flush(now()).waiting == 2);
  outbox.sent(2);
  outbox.disconnected();
  publish(1);
  auto flushed = outbox.flush(now());
  CHECK(flushed.waiting == 1);
  CHECK(flushed.lost == 2);  // published before it, and never accepted
  flushed = outbox.flush(now());
  CHECK(flushed.waiting == 1);
  CHECK(flushed.lost == 0);
  outbox.sent(1);
  outbox.accepted(1);
  flushed = outbox.flush(now());
  CHECK(flushed.waiting == 0);
  CHECK(flushed.lost == 0);
}

TEST_CASE("a flush that a livelock ends leaves the losses to the next one") {
  /// The time passes, and ends in what a handler threw.
  struct Throwing final : tubes::Clock::Listener {
    std::optional<tubes::Clock::Time> next_deadline() override { return std::nullopt; }
    void time_changed() override { throw tubes::Error(tubes::ErrorCode::livelock, "for ever"); }
  } throwing;
  tubes::VirtualClock clock;
  const tubes::BusOptions options;
  Outbox outbox(clock, options, "me");
  for (int i = 0; i < 2; ++i) outbox.push("t", "", Outbox::Wait::never);
  outbox.sent(1);
  outbox.disconnected();
  clock.add(throwing);
  CHECK_THROWS_AS(outbox.flush({clock, clock.now() + 1s}), tubes::Error);
  clock.remove(throwing);
  CHECK(outbox.flush(now()).lost == 1);
}

TEST_CASE_FIXTURE(Fixture, "after refuse nothing is taken") {
  outbox.refuse();
  CHECK(outbox.push("t", "", Outbox::Wait::until_timeout) == Outbox::Push::closed);
  CHECK(outbox.ledger().published == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "messages are numbered per topic, and one that is refused uses no number") {
  std::vector<std::uint64_t> numbers;
  const auto make = [&](std::uint64_t number) {
    numbers.push_back(number);
    return std::string();
  };
  const auto fails = [](std::uint64_t) -> std::string { throw std::runtime_error("too large"); };
  CHECK(outbox.push_numbered("a", make, Outbox::Wait::never) == Outbox::Push::done);
  CHECK_THROWS_AS(outbox.push_numbered("a", fails, Outbox::Wait::never), std::runtime_error);
  CHECK(outbox.push_numbered("b", make, Outbox::Wait::never) == Outbox::Push::done);
  CHECK(outbox.push_numbered("a", make, Outbox::Wait::never) == Outbox::Push::done);
  CHECK(numbers == std::vector<std::uint64_t>{1, 1, 2});
  CHECK(outbox.ledger().published == 3);
}

namespace {

std::string beat(const char* last, bool final = false) {
  return std::string("$heartbeat {\"v\":1,\"publisher\":\"me\",\"final\":") +
         (final ? "true" : "false") + ",\"last\":{" + last + "}}";
}

using Lines = std::vector<std::string>;

/// Time that passes brings a disconnect.
struct Breaking final : tubes::Clock::Listener {
  explicit Breaking(Outbox& breaks) : outbox(breaks) {}
  std::optional<tubes::Clock::Time> next_deadline() override { return std::nullopt; }
  void time_changed() override { outbox.disconnected(); }
  Outbox& outbox;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a topic is announced once, in front of its first numbered message") {
  outbox.connected();
  number("in");
  number("in");
  CHECK(waiting() == Lines{beat(R"("in":0)"), "in 1", "in 2"});
  CHECK(outbox.ledger().published == 2);
  CHECK(outbox.ledger().waiting == 2);
}

TEST_CASE_FIXTURE(Fixture, "a new connection begins with the number before all that it may lose") {
  options.outbox_age = 1s;
  number("in");
  publish(1);
  clock.advance(1s);
  CHECK(outbox.expire() == 2);
  number("in");
  outbox.connected();
  CHECK(waiting() == Lines{beat(R"("in":0)"), "in 2"});
  outbox.sent(2);
  number("in");
  outbox.disconnected();
  number("in");
  number("out");
  outbox.connected();
  CHECK(waiting() == Lines{beat(R"("in":2,"out":0)"), "in 3", "in 4", "out 1"});
  outbox.sent(4);
  outbox.disconnected();
  outbox.connected();
  CHECK(waiting().empty());
  CHECK(balanced());
}

TEST_CASE_FIXTURE(Fixture,
                  "what expired while attempts to connect failed is announced as not sent") {
  for (int i = 0; i < 3; ++i) number("t");
  clock.advance(options.outbox_age);
  CHECK(outbox.expire() == 3);
  outbox.disconnected();  // an attempt
  number("t");
  outbox.connected();
  CHECK(waiting() == Lines{beat(R"("t":0)"), "t 4"});
}

TEST_CASE_FIXTURE(Fixture, "what goes in front of all is in no count and no flush") {
  number("in");
  REQUIRE(outbox.push_own("$own", "x"));
  number("in");
  outbox.connected();
  CHECK(outbox.ledger().waiting == 2);
  outbox.sent(2);
  outbox.accepted(2);
  CHECK(outbox.ledger().accepted == 1);
  CHECK(outbox.flush(now()).waiting == 1);
  outbox.sent(2);
  outbox.accepted(2);
  CHECK(outbox.flush(now()).waiting == 0);
  CHECK(outbox.ledger().accepted == 2);
  CHECK(balanced());
}

TEST_CASE_FIXTURE(Fixture, "changed numbers are stated twice, a heartbeat apart, and no more") {
  outbox.connected();
  CHECK_FALSE(outbox.next_heartbeat());
  number("in");
  outbox.sent(2);
  outbox.push_due_heartbeat();
  CHECK(waiting().empty());
  for (int i = 0; i < 2; ++i) {
    CHECK(outbox.next_heartbeat() == clock.now() + options.heartbeat);
    clock.advance(options.heartbeat);
    outbox.push_due_heartbeat();
    CHECK(waiting() == Lines{beat(R"("in":1)")});
    outbox.sent(1);
  }
  CHECK_FALSE(outbox.next_heartbeat());
  clock.advance(options.heartbeat);
  outbox.push_due_heartbeat();
  CHECK(waiting().empty());
}

TEST_CASE_FIXTURE(Fixture, "after a reconnect all numbers are stated again") {
  outbox.connected();
  number("in");
  outbox.sent(2);
  for (int i = 0; i < 2; ++i) {
    clock.advance(options.heartbeat);
    outbox.push_due_heartbeat();
    outbox.sent(1);
  }
  outbox.disconnected();
  CHECK_FALSE(outbox.next_heartbeat());
  outbox.connected();
  clock.advance(options.heartbeat);
  outbox.push_due_heartbeat();
  CHECK(waiting() == Lines{beat(R"("in":1)")});
}

TEST_CASE_FIXTURE(Fixture, "the final heartbeat goes behind all messages, once") {
  outbox.connected();
  number("in");
  outbox.refuse();
  outbox.refuse();
  CHECK(waiting() == Lines{beat(R"("in":0)"), "in 1", beat(R"("in":1)", true)});
}

TEST_CASE_FIXTURE(Fixture, "while away a heartbeat does not keep a bus open") {
  outbox.connected();
  number("in");
  outbox.sent(2);
  outbox.accepted(2);
  outbox.disconnected();
  outbox.refuse();
  CHECK(outbox.drained());
}

TEST_CASE_FIXTURE(Fixture, "without a heartbeat nothing is announced and nothing stated") {
  options.heartbeat = 0ms;
  outbox.connected();
  number("in");
  clock.advance(1h);
  outbox.push_due_heartbeat();
  outbox.refuse();
  CHECK(waiting() == Lines{"in 1"});
}

TEST_CASE_FIXTURE(Fixture, "a heartbeat does not wait for room, and is due again later") {
  outbox.connected();
  number("in");
  options.outbox_bytes = 1;
  clock.advance(options.heartbeat);
  outbox.push_due_heartbeat();
  CHECK(waiting().size() == 2);
  CHECK(outbox.next_heartbeat() == clock.now() + options.heartbeat);
}

TEST_CASE_FIXTURE(Fixture, "the bus's own messages are in no count and no flush") {
  outbox.connected();
  const auto own = [&] { REQUIRE(outbox.push_own("$stats", "?")); };
  own();
  publish(1);
  own();
  publish(2);
  own();
  outbox.sent(5);
  CHECK(outbox.ledger().published == 3);
  outbox.accepted(1);
  CHECK(outbox.ledger().accepted == 0);
  outbox.accepted(1);
  CHECK(outbox.ledger().accepted == 1);
  CHECK_FALSE(outbox.rejected());
  CHECK(outbox.rejected());
  CHECK(outbox.ledger().rejected == 1);
  CHECK(outbox.flush(now()).waiting == 1);
  CHECK(outbox.disconnected() == 1);
  CHECK(outbox.drained_but_for_own());
  CHECK_FALSE(outbox.drained());
  CHECK(outbox.ledger().waiting == 0);
  CHECK(outbox.flush(now()).waiting == 0);
  clock.advance(options.outbox_age);
  CHECK(outbox.expire() == 0);
  own();
  outbox.discard();
  CHECK(outbox.ledger().discarded == 0);
  CHECK(balanced());
}

TEST_CASE_FIXTURE(Fixture, "a flush that waits counts the lost among the user's messages alone") {
  outbox.connected();
  REQUIRE(outbox.push_own("$stats", "?"));
  publish(1);
  REQUIRE(outbox.push_own("$stats", "?"));
  publish(1);
  outbox.sent(4);
  Breaking breaking(outbox);
  clock.add(breaking);
  const auto flushed = outbox.flush({clock, clock.now() + 1s});
  clock.remove(breaking);
  CHECK(flushed.lost == 2);
  CHECK(flushed.waiting == 0);
}
