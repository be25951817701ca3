#include <doctest/doctest.h>

#include <tubes/bus/gaps.hpp>

using tubes::Gaps;

namespace {

struct Fixture {
  Gaps gaps;

  Fixture() { gaps.live("in"); }

  /// How many are missing in front of the message; below 0 if they were missed while away.
  int message(std::uint64_t number, const char* publisher = "p", const char* topic = "in") {
    const auto gap = gaps.message(topic, publisher, number);
    return gap ? signed_count(*gap) : 0;
  }
  int beat(std::uint64_t last, bool final = false) {
    const auto found = gaps.heartbeat({"p", final, {{"in", last}}});
    REQUIRE(found.size() <= 1);
    return found.empty() ? 0 : signed_count(found[0]);
  }
  static int signed_count(const Gaps::Gap& gap) {
    return gap.away ? -static_cast<int>(gap.count) : static_cast<int>(gap.count);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "messages that come one after the other are no gap") {
  for (std::uint64_t number = 1; number < 5; ++number) CHECK(message(number) == 0);
  CHECK(gaps.losses().lost == 0);
}

TEST_CASE_FIXTURE(Fixture, "a gap names the topic, the publisher and how many are lost") {
  message(1);
  const auto gap = gaps.message("in", "p", 5);
  REQUIRE(gap);
  CHECK(gap->topic == "in");
  CHECK(gap->publisher == "p");
  CHECK(gap->count == 3);
  CHECK_FALSE(gap->away);
  CHECK(message(6) == 0);
  CHECK(gaps.losses().lost == 3);
}

TEST_CASE_FIXTURE(Fixture, "a late join claims nothing that was before") {
  CHECK(message(17) == 0);
  CHECK(message(18) == 0);
  CHECK(message(20) == 1);
}

TEST_CASE_FIXTURE(Fixture, "the loss of the last message is found by a heartbeat, once") {
  message(1);
  CHECK(beat(3) == 2);
  CHECK(beat(3) == 0);
  CHECK(message(4) == 0);
}

TEST_CASE_FIXTURE(Fixture, "a publisher that announced itself is counted from its first message") {
  CHECK(beat(0) == 0);
  CHECK(message(2) == 1);
}

TEST_CASE_FIXTURE(Fixture, "a heartbeat that is the first word of a publisher claims nothing") {
  CHECK(beat(9) == 0);
  CHECK(message(10) == 0);
}

TEST_CASE_FIXTURE(Fixture, "a heartbeat about a topic that is not live begins no count") {
  CHECK(gaps.heartbeat({"p", false, {{"other", 0}}}).empty());
  CHECK(gaps.remembered() == 0);
  gaps.live("other");
  CHECK(message(2, "p", "other") == 0);
}

TEST_CASE_FIXTURE(Fixture, "what was published while this bus was away is missed, not lost") {
  message(1);
  gaps.away();
  gaps.live("in");
  CHECK(message(4) == -2);
  CHECK(message(6) == 1);
  CHECK(gaps.losses().missed == 2);
  CHECK(gaps.losses().lost == 1);
}

TEST_CASE_FIXTURE(Fixture, "what is published before the topic is live again is missed, too") {
  message(1);
  gaps.away();
  CHECK(beat(2) == -1);  // heartbeats are heard again before the topic is
  gaps.live("in");
  CHECK(message(4) == -1);
}

TEST_CASE_FIXTURE(Fixture,
                  "what a heartbeat finds after the topic is live again ends the absence") {
  message(1);
  gaps.away();
  gaps.live("in");
  CHECK(beat(3) == -2);
  CHECK(message(5) == 1);
}

TEST_CASE_FIXTURE(Fixture, "a publisher that restarts has another name, and is no gap") {
  message(7, "old");
  CHECK(message(1, "new") == 0);
  CHECK(message(2, "new") == 0);
}

TEST_CASE_FIXTURE(Fixture, "a message that comes twice, or late, is no gap and changes no count") {
  message(1);
  message(4);
  CHECK(message(4) == 0);
  CHECK(message(2) == 0);
  CHECK(message(5) == 0);
  CHECK(gaps.losses().lost == 2);
}

TEST_CASE_FIXTURE(Fixture, "each topic of each publisher is counted apart") {
  message(1);
  CHECK(message(8, "p", "out") == 0);
  CHECK(message(8, "q") == 0);
  CHECK(message(2) == 0);
}

TEST_CASE_FIXTURE(Fixture, "a message without meta says nothing") {
  CHECK(message(5, "") == 0);
  CHECK(message(0) == 0);
  CHECK(gaps.remembered() == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "the final heartbeat finds what is lost, and its publisher is forgotten") {
  message(1);
  message(1, "q");
  CHECK(beat(2, true) == 1);
  CHECK(gaps.remembered() == 1);
  CHECK(beat(2, true) == 0);
  CHECK(gaps.remembered() == 1);
}

TEST_CASE("who was silent longest is forgotten first, and is a late join then") {
  Gaps gaps(2);
  gaps.message("in", "a", 1);
  gaps.message("in", "b", 1);
  gaps.message("in", "a", 2);
  gaps.message("in", "c", 1);
  CHECK(gaps.remembered() == 2);
  CHECK_FALSE(gaps.message("in", "b", 9));  // and now a is
  CHECK(gaps.message("in", "c", 3));
}
