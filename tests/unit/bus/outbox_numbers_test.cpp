#include <chrono>

#include "outbox_fixture.hpp"

using namespace std::chrono_literals;
using namespace tubes::test;
using tubes::Outbox;

namespace {

std::string beat(const char* last, bool final = false) {
  return std::string("$heartbeat {\"v\":1,\"publisher\":\"me\",\"final\":") +
         (final ? "true" : "false") + ",\"last\":{" + last + "}}";
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(OutboxFixture,
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

TEST_CASE_FIXTURE(OutboxFixture,
                  "a topic is announced once, in front of its first numbered message") {
  outbox.connected();
  number("in");
  number("in");
  CHECK(waiting() == Lines{beat(R"("in":0)"), "in 1", "in 2"});
  CHECK(outbox.ledger().published == 2);
  CHECK(outbox.ledger().waiting == 2);
}

TEST_CASE_FIXTURE(OutboxFixture,
                  "a new connection begins with the number before all that it may lose") {
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

TEST_CASE_FIXTURE(OutboxFixture,
                  "what expired while attempts to connect failed is announced as not sent") {
  for (int i = 0; i < 3; ++i) number("t");
  clock.advance(options.outbox_age);
  CHECK(outbox.expire() == 3);
  outbox.disconnected();  // an attempt
  number("t");
  outbox.connected();
  CHECK(waiting() == Lines{beat(R"("t":0)"), "t 4"});
}

TEST_CASE_FIXTURE(OutboxFixture,
                  "what expired before a connection that sent nothing is announced as not sent") {
  outbox.connected();
  number("t");
  send_all();
  outbox.disconnected();
  number("t");
  clock.advance(options.outbox_age);
  CHECK(outbox.expire() == 1);
  outbox.connected();
  outbox.disconnected();
  outbox.connected();
  CHECK(waiting().front() == beat(R"("t":1)"));
}

TEST_CASE_FIXTURE(OutboxFixture, "what goes in front of all is in no count and no flush") {
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

TEST_CASE_FIXTURE(OutboxFixture,
                  "changed numbers are stated twice, a heartbeat apart, and no more") {
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

TEST_CASE_FIXTURE(OutboxFixture, "after a reconnect all numbers are stated again") {
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

TEST_CASE_FIXTURE(OutboxFixture, "the final heartbeat goes behind all messages, once") {
  outbox.connected();
  number("in");
  outbox.refuse();
  outbox.refuse();
  CHECK(waiting() == Lines{beat(R"("in":0)"), "in 1", beat(R"("in":1)", true)});
}

TEST_CASE_FIXTURE(OutboxFixture, "while away a mere farewell does not keep a bus open") {
  outbox.connected();
  number("in");
  send_all();
  for (int i = 0; i < 2; ++i) beat_and_send();
  outbox.disconnected();
  outbox.refuse();
  CHECK(outbox.drained());
}

TEST_CASE_FIXTURE(OutboxFixture, "while away a number that was not stated keeps a bus open") {
  outbox.connected();
  number("in");
  send_all();
  beat_and_send();
  outbox.disconnected();
  outbox.refuse();
  CHECK_FALSE(outbox.drained());
  CHECK(outbox.owing());
  clock.advance(options.outbox_age);
  CHECK(outbox.expire() == 0);
  CHECK_FALSE(outbox.drained());
  outbox.connected();
  CHECK(waiting() == Lines{beat(R"("in":1)", true)});
  send_all();
  CHECK(outbox.drained());
}

TEST_CASE_FIXTURE(OutboxFixture, "the final heartbeat is said again if the connection breaks") {
  outbox.connected();
  number("in");
  outbox.refuse();
  outbox.sent(3);
  outbox.disconnected();
  CHECK_FALSE(outbox.drained());
  outbox.connected();
  CHECK(waiting() == Lines{beat(R"("in":1)", true)});
  send_all();
  outbox.disconnected();
  CHECK(outbox.drained());
}

TEST_CASE_FIXTURE(OutboxFixture, "a farewell matters once what it states may be lost") {
  outbox.connected();
  number("in");
  for (int i = 0; i < 2; ++i) {
    clock.advance(options.heartbeat);
    outbox.push_due_heartbeat();
  }
  outbox.sent(waiting().size());
  outbox.refuse();
  outbox.disconnected();
  CHECK(outbox.owing());
  CHECK_FALSE(outbox.drained());
}

TEST_CASE_FIXTURE(OutboxFixture, "a final heartbeat that waits is discarded with the rest") {
  number("in");
  outbox.refuse();
  outbox.discard();
  CHECK(outbox.drained());
}

TEST_CASE_FIXTURE(OutboxFixture, "without a heartbeat nothing is announced and nothing stated") {
  options.heartbeat = 0ms;
  outbox.connected();
  number("in");
  clock.advance(1h);
  outbox.push_due_heartbeat();
  outbox.refuse();
  CHECK(waiting() == Lines{"in 1"});
}

TEST_CASE_FIXTURE(OutboxFixture, "a heartbeat does not wait for room, and is due again later") {
  outbox.connected();
  number("in");
  options.outbox_bytes = 1;
  clock.advance(options.heartbeat);
  outbox.push_due_heartbeat();
  CHECK(waiting().size() == 2);
  CHECK(outbox.next_heartbeat() == clock.now() + options.heartbeat);
}

TEST_CASE_FIXTURE(OutboxFixture, "the bus's own messages are in no count and no flush") {
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
  CHECK_FALSE(outbox.owing());
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

TEST_CASE_FIXTURE(OutboxFixture,
                  "a flush that waits counts the lost among the user's messages alone") {
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
