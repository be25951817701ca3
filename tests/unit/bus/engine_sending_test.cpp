#include <future>

#include "fixture.hpp"
#include "scripted.hpp"

using namespace std::chrono_literals;
using tubes::Error;
using tubes::ErrorCode;
using tubes::Event;
using tubes::test::EngineFixture;
using tubes::test::Script;
using tubes::test::Strings;

TEST_CASE_FIXTURE(EngineFixture, "what is published while away waits, and is sent in order") {
  script.reachable = false;
  start();
  await(Event::Kind::disconnected);
  for (const char* payload : {"1", "2", "3"}) bus->publish("t", payload);
  CHECK(bus->stats().sent.waiting == 3);
  script.say([](Script& s) { s.reachable = true; });
  bus->flush();
  CHECK(script.sent == Strings{"1", "2", "3"});
}

TEST_CASE_FIXTURE(EngineFixture, "what waited while away is sent once everything is subscribed") {
  start();
  const auto a = bus->subscribe("a", [](const tubes::Delivery&) {});
  script.say([](Script& s) { s.reachable = false, s.breaks = true; });
  await(Event::Kind::disconnected);
  bus->publish("a", "1");
  script.say([](Script& s) { s.reachable = s.holds_answers = true, s.asked.clear(); });
  script.await([](Script& s) { return s.asked == Strings{"+a"}; });
  int polls = 0;
  script.say([&](Script& s) { polls = s.polls; });
  script.await([&](Script& s) { return s.polls > polls; });
  script.say([](Script& s) { CHECK(s.sent.empty()); });
  script.say([](Script& s) { s.holds_answers = false; });
  script.await([](Script& s) { return s.sent == Strings{"1"}; });
}

TEST_CASE_FIXTURE(EngineFixture,
                  "what was on the way at a disconnect is unconfirmed, not repeated") {
  script.confirms = false;
  start();
  bus->publish("t", "1");
  bus->publish("t", "2");
  script.await([](Script& s) { return s.sent.size() == 2; });
  script.say([](Script& s) { s.breaks = s.confirms = true; });
  CHECK(await(Event::Kind::unconfirmed).count == 2);
  bus->publish("t", "3");
  try {
    bus->flush();
    FAIL("two of three were never accepted");
  } catch (const tubes::Error& error) {
    CHECK(std::string(error.what()) ==
          "the script did not accept all; stats() says what became of it (not flushed: 0 messages "
          "wait, 2 unconfirmed or lost since the last flush)");
  }
  CHECK_NOTHROW(bus->flush());  // each loss is told once
  CHECK(script.sent == Strings{"1", "2", "3"});
  CHECK(bus->stats().sent.unconfirmed == 2);
  CHECK(balanced(bus->stats()));
}

TEST_CASE_FIXTURE(EngineFixture, "a flush that is not confirmed in time throws with the counts") {
  script.confirms = false;
  start();
  bus->publish("t", "1");
  try {
    bus->flush(20ms);
    FAIL("it was confirmed");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::timed_out);
    CHECK(std::string(error.what()).find("1 messages wait") != std::string::npos);
  }
  bus->close(1ms);
  CHECK(bus->stats().sent.unconfirmed == 1);
}

TEST_CASE_FIXTURE(EngineFixture, "messages that wait too long while away are dropped and counted") {
  options.clock = &clock;
  script.reachable = false;
  start();
  bus->publish("t", "1");
  clock.advance(options.outbox_age);
  CHECK(await(Event::Kind::expired).count == 1);
  CHECK(bus->stats().sent.expired == 1);
}

TEST_CASE_FIXTURE(EngineFixture, "closing while away discards what waits, counts it and ends") {
  script.reachable = false;
  start();
  await(Event::Kind::disconnected);
  bus->publish("t", "1");
  const auto left = bus->close(1ms);
  CHECK(left.sent.discarded == 1);
  CHECK(balanced(left));
}

TEST_CASE_FIXTURE(EngineFixture, "closing while away waits to state numbers that nobody knows") {
  options.outbox_age = 1ms;
  script.reachable = false;
  start();
  bus->publish_numbered("t", [](std::uint64_t) { return std::string("lost"); });
  await(Event::Kind::expired);
  std::jthread later([&] {
    int tries = 0;
    script.say([&](Script& s) { tries = s.connects; });
    script.await([&](Script& s) { return s.connects > tries + 1; });
    script.say([](Script& s) { s.reachable = true; });
  });
  const auto left = bus->close(10s);
  CHECK(left.sent.expired == 1);
  REQUIRE(script.sent.size() == 2);
  CHECK(script.sent[0].find(R"("last":{"t":0})") != std::string::npos);
  CHECK(script.sent[1].find(R"("final":true,"last":{"t":1})") != std::string::npos);
}

TEST_CASE_FIXTURE(EngineFixture, "a bus receives what its driver does, and only for its filters") {
  start();
  std::promise<std::string> arrived;
  const auto subscription = bus->subscribe(
      "in", [&](const tubes::Delivery& d) { arrived.set_value(std::string(d.payload)); });
  script.say([](Script& s) { s.incoming = {{"in2", "no"}, {"$in", "no"}, {"in", "yes"}}; });
  CHECK(arrived.get_future().get() == "yes");
  CHECK(bus->stats().received.received == 1);
}

TEST_CASE_FIXTURE(EngineFixture, "a message over max_payload that arrives is dropped and told of") {
  options.max_payload = 10;
  start();
  std::atomic<int> heard = 0;
  const auto in = bus->subscribe("in", [&](const tubes::Delivery&) { ++heard; });
  script.say([](Script& s) {
    s.incoming.emplace_back("in", std::string(11, 'x'));
    s.incoming.emplace_back("in", std::string(10, 'x'));
  });
  CHECK(await(Event::Kind::too_large).what.find("in") != std::string::npos);
  bus->close();
  CHECK(heard <= 1);
  CHECK(bus->stats().received.received <= 1);
}
