#include <tubes/bus/engine/questions.hpp>
#include <tubes/bus/peer_stats.hpp>

#include "fixture.hpp"

using namespace std::chrono_literals;
using tubes::PeerStats;
using tubes::Questions;

namespace {

const std::string me = std::string(32, 'a');
const std::string other = std::string(32, 'b');

PeerStats example() {
  return {me,
          "tubes-bridge 4711",
          70'000ms,
          60'000ms,
          {{7, 1, 2, 1, 1, 1, 1}, {6, 2, 1, 1, 1, 1}, 3, 4, true}};
}

std::string question(const std::string& reply) {
  return R"({"v":1,"reply":")" + reply + "\"}";
}

}  // namespace

TEST_CASE("an answer about stats is read as it was written") {
  const auto text = to_text(example());
  CHECK(
      text ==
      R"({"v":1,"id":")" + me +
          R"(","name":"tubes-bridge 4711","connected":true,"uptime_ms":70000,"connected_ms":60000,)"
          R"("sent":{"published":7,"accepted":1,"waiting":2,"unconfirmed":1,"expired":1,)"
          R"("discarded":1,"rejected":1},"received":{"received":6,"delivered":2,"waiting":1,)"
          R"("overflowed":1,"unsubscribed":1,"discarded":1},"handlers_failed":3,)"
          R"("events_dropped":4})");
  const auto read = tubes::parse_peer_stats(text);
  REQUIRE(read);
  CHECK(to_text(*read) == text);
}

TEST_CASE("an answer that a stranger made up is refused, or made harmless") {
  CHECK_FALSE(tubes::parse_peer_stats(""));
  CHECK_FALSE(tubes::parse_peer_stats(R"({"v":1,"id":"short"})"));
  CHECK_FALSE(tubes::parse_peer_stats(R"({"v":2,"id":")" + me + "\"}"));
  CHECK_FALSE(tubes::parse_peer_stats(R"({"v":1,"id":")" + me + "\"}" + std::string(5'000, ' ')));
  const auto read =
      tubes::parse_peer_stats(R"({"v":1,"id":")" + me + R"(","name":"a)" + "\xff" +
                              std::string(99, 'x') + R"(","uptime_ms":18446744073709551615})");
  REQUIRE(read);
  CHECK(read->name == "a?" + std::string(62, 'x'));
  CHECK(read->uptime > 0ms);
}

TEST_CASE("a name has no quotes and no control bytes, and is short") {
  CHECK(tubes::plain_name("a\"b\\c\nd") == "a?b?c?d");
  CHECK(tubes::plain_name(std::string(100, 'x')).size() == PeerStats::longest_name);
  CHECK(tubes::program_name().starts_with("unit_bus "));
}

TEST_CASE("only a question that names a reply topic of its own kind is answered") {
  tubes::VirtualClock clock;
  Questions questions(clock, me);
  for (const auto& reply : {std::string("in"), std::string("$heartbeat"), std::string("$stats"),
                            "$stats." + std::string(31, 'b'), "$stats." + std::string(33, 'b'),
                            "$stats." + std::string(32, 'B'), "$stats." + me}) {
    CAPTURE(reply);
    CHECK_FALSE(questions.asked(question(reply)));
  }
  CHECK_FALSE(questions.asked("?"));
  CHECK(questions.asked(question("$stats." + other)));
  CHECK(questions.take() == std::vector{"$stats." + other});
  CHECK(questions.take().empty());
}

TEST_CASE("a flood of questions is answered ten times, and then once in 100 ms") {
  tubes::VirtualClock clock;
  Questions questions(clock, me);
  const auto ask = [&](int times) {
    int answered = 0;
    for (int i = 0; i < times; ++i) answered += questions.asked(question("$stats." + other));
    return answered;
  };
  CHECK(ask(100) == 10);
  clock.advance(99ms);
  CHECK(ask(100) == 0);
  clock.advance(1ms);
  CHECK(ask(100) == 1);
  clock.advance(1h);
  CHECK(ask(100) == 10);
}

TEST_CASE_FIXTURE(MemoryFixture, "whoever asks hears of all other buses, with their ledgers") {
  const auto named = open({.name = "a bot"});
  const auto silent = open({.answer_stats = false, .name = "silent"});
  const auto subscription = note("in");
  bus->publish("in", "1");
  clock.advance(7s);
  const auto asker = open({.name = "asker"});
  const auto peers = asker->ask_stats(1ms);
  REQUIRE(peers.size() == 2);
  CHECK(peers[0].name == "a bot");
  CHECK(peers[1].id == bus->id());
  CHECK(peers[1].stats.sent.published == 1);
  CHECK(peers[1].stats.received.delivered == 1);
  CHECK(peers[1].stats.connected);
  CHECK(peers[1].uptime == 7s);
  CHECK(peers[1].connected_for == 7s);
}

TEST_CASE_FIXTURE(MemoryFixture, "asking and answering is in no count of either bus") {
  const auto asker = open();
  CHECK(asker->ask_stats(1ms).size() == 1);
  for (const auto& stats : {bus->stats(), asker->stats()}) {
    CHECK(stats.sent.published == 0);
    CHECK(stats.sent.accepted == 0);
    CHECK(stats.received.received == 0);
  }
}

TEST_CASE("buses with threads answer each other") {
  const auto url = tubes::Url::parse("memory://threads?dispatch=thread");
  const auto bus = tubes::memory::open(url, {.name = "a"});
  const auto asker = tubes::memory::open(url, {.name = "b"});
  std::vector<PeerStats> peers;
  while (peers.empty()) peers = asker->ask_stats(10ms);
  CHECK(peers[0].name == "a");
}
