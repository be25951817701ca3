#include "fixture.hpp"
#include "scripted.hpp"

using namespace std::chrono_literals;
using tubes::ErrorCode;
using tubes::Event;
using tubes::test::EngineFixture;
using tubes::test::Script;

TEST_CASE_FIXTURE(EngineFixture, "opening does not wait, and connecting is tried again and again") {
  script.reachable = false;
  start();
  script.await([](Script& s) { return s.connects >= 3; });
  CHECK(await(Event::Kind::disconnected).what == "the script is not reachable");
  CHECK_FALSE(bus->stats().connected);
  script.say([](Script& s) { s.reachable = true; });
  CHECK(await(Event::Kind::connected).what == "the script");
}

TEST_CASE_FIXTURE(EngineFixture,
                  "a backend that answers later is waited for, not connected again") {
  script.answers_at_once = false;
  script.silent = true;
  start();
  script.await([](Script& s) { return s.connects == 1; });
  script.say([](Script& s) { s.silent = false; });
  bus->publish("t", "1");
  bus->flush();
  CHECK(script.connects == 1);
}

TEST_CASE_FIXTURE(EngineFixture, "a backend that never answers is given up after connect_timeout") {
  options.clock = &clock;
  script.answers_at_once = false;
  script.silent = true;
  start();
  script.await([](Script& s) { return s.connects == 1; });
  clock.advance(options.connect_timeout - 1ms);
  script.say([](Script& s) { CHECK(s.connects == 1); });
  clock.advance(2ms);
  CHECK(await(Event::Kind::disconnected).what.find("did not answer within 3000 ms") !=
        std::string::npos);
}

TEST_CASE_FIXTURE(EngineFixture, "a call that the transport cannot do is unsupported") {
  start();
  CHECK(code_of([&] { bus->put("key", "value"); }) == ErrorCode::unsupported);
  CHECK(code_of([&] { bus->get("key"); }) == ErrorCode::unsupported);
}

TEST_CASE_FIXTURE(EngineFixture,
                  "a bus that has nothing to do waits for its driver, and does not spin") {
  start();
  bus->publish("t", "1");
  bus->flush();
  const auto waits_in_poll = [&] {
    int polls = 0;
    script.say([&](Script& s) { polls = s.polls; });
    script.await([&](Script& s) { return s.polls > polls; });  // woken once, and polls again
    std::unique_lock lock(script.mutex);
    return !script.changed.wait_for(lock, 50ms, [&] { return script.polls > polls + 5; });
  };
  CHECK(waits_in_poll());
}
