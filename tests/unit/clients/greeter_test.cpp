#include <vector>

#include <doctest/doctest.h>

#include <tubes/clients/greeter/greeter.hpp>
#include <tubes/transports/memory/memory.hpp>

using namespace tubes;

namespace {

/// The greeter on a bus of its own, and someone who talks to it.
struct Pub {
  std::unique_ptr<Bus> bus = memory::open(Url::parse("memory://pub"));
  Client irc{*bus};
  Greeter greeter{irc, "brouhaha"};
  std::vector<out::Privmsg> answers;
  Client patron{*bus};

  Pub() {
    patron.on<out::Privmsg>([this](const out::Privmsg& m) { answers.push_back(m); });
  }
};

}  // namespace

TEST_CASE_FIXTURE(Pub, "the greeter answers hello with a greeting and its hostname") {
  patron.publish(in::Privmsg{.sender = "wraithan", .channel = "#pdxbots", .message = "hello"});
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].to == "#pdxbots");
  CHECK(answers[0].message == "Hello wraithan, greetings from brouhaha");
}

TEST_CASE_FIXTURE(Pub, "the greeter answers on the network it was asked on") {
  patron.publish(
      in::Privmsg{.sender = "aaron", .channel = "aaron", .message = "!woot", .network = "libera"});
  CHECK(answers ==
        std::vector{out::Privmsg{.to = "aaron", .message = "Indeed!", .network = "libera"}});
}

TEST_CASE_FIXTURE(Pub, "the greeter keeps quiet otherwise, and never answers a notice") {
  patron.publish(in::Privmsg{.sender = "a", .channel = "#b", .message = "hello there"});
  patron.publish(in::Notice{.sender = "a", .channel = "#b", .message = "hello"});
  CHECK(answers.empty());
}
