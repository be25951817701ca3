#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/tests/support/recording_sink.hpp>
#include <tubes/transports/redis/command_session.hpp>

using namespace tubes;
using redis::CommandSession;
using test::RecordingSink;
using Lines = std::vector<std::string>;

namespace {

struct Fixture {
  RecordingSink sink;
  CommandSession session{redis::Settings{}, sink};

  Fixture() {
    session.begin();
    session.feed("+PONG\r\n+OK\r\n");
    session.out().clear();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a message is written as PUBLISH") {
  session.publish("in.libera", "hello");
  CHECK(session.out() == "*3\r\n$7\r\nPUBLISH\r\n$9\r\nin.libera\r\n$5\r\nhello\r\n");
}

TEST_CASE_FIXTURE(Fixture, "messages that were answered together are accepted together") {
  for (int i = 0; i < 3; ++i) session.publish("in", "x");
  session.feed(":0\r\n:1\r\n");
  CHECK(sink.answers == Lines{"accepted 2"});
  session.feed(":5\r\n");
  CHECK(sink.answers == Lines{"accepted 2", "accepted 1"});
}

TEST_CASE_FIXTURE(Fixture, "a message that Redis refuses is rejected in its place") {
  for (int i = 0; i < 3; ++i) session.publish("in", "x");
  session.feed(":0\r\n-OOM command not allowed\r\n:0\r\n");
  REQUIRE(sink.answers.size() == 3);
  CHECK(sink.answers[0] == "accepted 1");
  CHECK(sink.answers[1] ==
        "rejected: redis at 127.0.0.1:6379 refused a message (OOM command not allowed); "
        "free memory there, or raise its maxmemory");
  CHECK(sink.answers[2] == "accepted 1");
}

TEST_CASE_FIXTURE(Fixture, "retained values are keys with the prefix") {
  session.call({1, RetainedCall::Kind::put, "nick", "bot"});
  session.call({2, RetainedCall::Kind::get, "nick", {}});
  session.call({3, RetainedCall::Kind::remove, "nick", {}});
  CHECK(session.out() ==
        "*3\r\n$3\r\nSET\r\n$10\r\ntubes:nick\r\n$3\r\nbot\r\n"
        "*2\r\n$3\r\nGET\r\n$10\r\ntubes:nick\r\n"
        "*2\r\n$3\r\nDEL\r\n$10\r\ntubes:nick\r\n");
}

TEST_CASE_FIXTURE(Fixture, "calls, messages and pings are answered in their order") {
  session.publish("in", "x");
  session.call({1, RetainedCall::Kind::put, "k", "v"});
  session.publish("in", "x");
  session.beat();
  session.beat();  // pings
  session.call({2, RetainedCall::Kind::get, "k", {}});
  session.call({3, RetainedCall::Kind::get, "absent", {}});
  session.call({4, RetainedCall::Kind::remove, "k", {}});
  for (const char byte : std::string(":0\r\n+OK\r\n:0\r\n+PONG\r\n$1\r\nv\r\n$-1\r\n:1\r\n"))
    session.feed({&byte, 1});
  CHECK(sink.answers == Lines{"accepted 1", "1 done", "accepted 1", "2 = v", "3 done", "4 done"});
}

TEST_CASE_FIXTURE(Fixture, "a call that Redis refuses fails with its words and the remedy") {
  session.call({9, RetainedCall::Kind::put, "k", "v"});
  session.feed("-READONLY You can't write against a read only replica.\r\n");
  CHECK(sink.answers ==
        Lines{"9 failed: redis at 127.0.0.1:6379 refused SET tubes:k (READONLY You can't write "
              "against a read only replica.); it is a read-only replica: use its primary"});
}

TEST_CASE_FIXTURE(Fixture, "an answer to no question is an error") {
  CHECK_THROWS_AS(session.feed(":1\r\n"), Error);
}

TEST_CASE_FIXTURE(Fixture, "a message that is answered with anything but a number is an error") {
  session.publish("in", "x");
  CHECK_THROWS_AS(session.feed("+OK\r\n"), Error);
}

TEST_CASE_FIXTURE(Fixture,
                  "what was answered before a fault is accepted, wherever the bytes are cut") {
  for (int i = 0; i < 2; ++i) session.publish("in", "x");
  CHECK_THROWS_AS(session.feed(":0\r\n?\r\n"), Error);
  CHECK(sink.answers == Lines{"accepted 1"});
}

TEST_CASE("a retained value over max_payload is a failed call") {
  redis::Settings settings;
  settings.max_payload = 3;
  RecordingSink sink;
  CommandSession session(settings, sink);
  session.begin();
  session.feed("+PONG\r\n+OK\r\n");
  session.call({1, RetainedCall::Kind::get, "nick", {}});
  session.feed("$4\r\nlong\r\n");
  CHECK(sink.answers ==
        Lines{"1 failed: redis at 127.0.0.1:6379 has a value of 4 bytes for GET tubes:nick, more "
              "than max_payload (3); raise max_payload here, or put less there"});
}
