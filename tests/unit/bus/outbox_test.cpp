#include <chrono>

#include "outbox_fixture.hpp"

using namespace std::chrono_literals;
using namespace tubes::test;
using tubes::Outbox;

TEST_CASE_FIXTURE(OutboxFixture, "messages leave the outbox in the order they came") {
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

TEST_CASE_FIXTURE(OutboxFixture, "a full outbox refuses, and takes again when there is room") {
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

TEST_CASE_FIXTURE(OutboxFixture, "an empty outbox takes a message larger than itself") {
  options.outbox_bytes = 1;
  publish(1);
  CHECK(outbox.push("t", "", Outbox::Wait::never) == Outbox::Push::full);
}

TEST_CASE_FIXTURE(OutboxFixture,
                  "inside a handler a full outbox is waited for only while connected") {
  options.outbox_bytes = 1;
  options.publish_timeout = 3600s;
  publish(1);
  CHECK(outbox.push("t", "", Outbox::Wait::while_connected) == Outbox::Push::full);
}

TEST_CASE_FIXTURE(OutboxFixture, "every message has one fate in the ledger") {
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

TEST_CASE_FIXTURE(OutboxFixture, "a message may be accepted before it is counted as sent") {
  publish(2);
  outbox.accepted(1);
  CHECK(outbox.ledger().waiting == 1);
  CHECK(balanced());
  outbox.sent(1);
  CHECK(outbox.ledger().waiting == 1);
  CHECK_FALSE(outbox.drained());
}

TEST_CASE_FIXTURE(OutboxFixture, "flush sees what is waiting, and tells each loss once") {
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

TEST_CASE_FIXTURE(OutboxFixture, "after refuse nothing is taken") {
  outbox.refuse();
  CHECK(outbox.push("t", "", Outbox::Wait::until_timeout) == Outbox::Push::closed);
  CHECK(outbox.ledger().published == 0);
}
