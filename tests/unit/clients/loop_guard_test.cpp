#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include <tubes/bus/loop_guard.hpp>

using namespace std::chrono_literals;
using tubes::LoopGuard;

namespace {

struct Fixture {
  LoopGuard guard;
  tubes::Clock::Time now = 1'000s;

  LoopGuard::Verdict ask(std::string_view sender, std::string_view text, bool to_bot = false,
                         std::string_view channel = "#a", std::string_view network = "net") {
    return guard.ask({network, channel, sender, to_bot, text}, now);
  }
  /// How many of `count` answers may be given.
  std::size_t given(std::size_t count, std::string_view sender, bool all_the_same) {
    std::size_t may = 0;
    for (std::size_t i = 0; i < count; ++i)
      may += ask(sender, all_the_same ? "hello" : std::to_string(i)).may ? 1 : 0;
    return may;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the same answer may be given five times within a minute") {
  CHECK(given(8, "bob", true) == LoopGuard::most_of_one_text);
  CHECK_FALSE(ask("bob", "something else").may);
}

TEST_CASE_FIXTURE(Fixture, "twenty different answers may be given within a minute") {
  CHECK(given(30, "bob", false) == LoopGuard::most_of_any);
}

TEST_CASE_FIXTURE(Fixture, "answers that are a minute old do not count") {
  CHECK(given(5, "bob", true) == 5);
  now += 59s;
  CHECK(ask("bob", "other").may);
  now += 1s;
  CHECK(ask("bob", "hello").may);
}

TEST_CASE_FIXTURE(Fixture, "an answer is told to be held back once, until there was quiet") {
  CHECK(given(5, "bob", true) == 5);
  CHECK(ask("bob", "hello").why ==
        "bob in #a on net: 5 answers within 60 s, the same again and again");
  for (int i = 0; i < 10; ++i) {
    now += 30s;
    const auto verdict = ask("bob", "hello");
    CHECK_FALSE(verdict.may);
    CHECK(verdict.why.empty());
  }
  now += 60s;
  CHECK(given(8, "bob", true) == 5);
}

TEST_CASE_FIXTURE(Fixture, "others, and other places, are answered all the same") {
  CHECK(given(8, "bob", true) == 5);
  CHECK(ask("alice", "hello").may);
  CHECK(ask("bob", "hello", false, "#b").may);
  CHECK(ask("bob", "hello", false, "#a", "other").may);
}

TEST_CASE_FIXTURE(Fixture, "who is marked as a bot is never answered, and that is told once") {
  CHECK(ask("robot", "hello", true).why == "robot in #a on net: a bot");
  const auto again = ask("robot", "hello", true);
  CHECK_FALSE(again.may);
  CHECK(again.why.empty());
  CHECK(ask("robot", "hello").may);  // it is none any more
  now += 60s;
  CHECK_FALSE(ask("robot", "hello", true).why.empty());
}

TEST_CASE_FIXTURE(Fixture, "a bot does not answer itself, whatever it is called by now") {
  guard.own_nick("net", "me");
  CHECK(ask("me", "hello").why == "me in #a on net: that is us");
  CHECK(ask("me", "hello", false, "#a", "other").may);
  guard.renamed("net", "bob", "robert");
  guard.renamed("net", "me", "me_");
  CHECK_FALSE(ask("Me_", "hello").may);
}

TEST_CASE_FIXTURE(Fixture, "of very many senders those are forgotten who were silent") {
  CHECK(given(8, "bob", true) == 5);
  now += 60s;
  for (int i = 0; i < 3'000; ++i) CHECK(ask(std::to_string(i), "hello").may);
  CHECK(given(8, "bob", true) == 5);
}
