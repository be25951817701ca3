#include <algorithm>
#include <future>

#include "scripted.hpp"

using namespace std::chrono_literals;
using tubes::Event;
using tubes::test::EngineFixture;
using tubes::test::Script;
using tubes::test::Strings;

TEST_CASE_FIXTURE(EngineFixture, "numbers are stated by the bus's clock, and at the end") {
  options.clock = &clock;
  start();
  const auto up = bus->subscribe("up", [](const tubes::Delivery&) {});  // it is connected now
  const auto beat = [&](int last, const char* final) {
    return "{\"v\":1,\"publisher\":\"" + bus->id() + "\",\"final\":" + final +
           ",\"last\":{\"t\":" + std::to_string(last) + "}}";
  };
  bus->publish_numbered("t", [](std::uint64_t) { return "m"; });
  bus->flush();
  Strings expected{beat(0, "false"), "m"};
  script.await([&](Script& s) { return s.sent == expected; });
  for (int i = 0; i < 2; ++i) {
    clock.advance(options.heartbeat);
    expected.push_back(beat(1, "false"));
    script.await([&](Script& s) { return s.sent == expected; });
  }
  bus->close();
  expected.push_back(beat(1, "true"));
  CHECK(script.sent == expected);
  CHECK(bus->stats().sent.published == 1);
  CHECK(bus->stats().sent.accepted == 1);
}

TEST_CASE_FIXTURE(EngineFixture, "a backend that takes no heartbeat disturbs no message") {
  script.rejects = "$heartbeat";
  start();
  for (int i = 0; i < 2; ++i) bus->publish_numbered("t", [](std::uint64_t) { return "m"; });
  bus->publish_numbered("u", [](std::uint64_t) { return "m"; });
  bus->flush();
  CHECK(await(Event::Kind::rejected).what == "a message of the bus's own: no");
  bus->close();
  CHECK(bus->stats().sent.accepted == 3);
  CHECK(bus->stats().sent.rejected == 0);
  CHECK(std::ranges::count(events, Event::Kind::rejected, &Event::kind) == 1);
}

TEST_CASE_FIXTURE(EngineFixture, "a farewell that nobody confirms keeps no bus open for long") {
  options.heartbeat = 1ms;
  start();
  bus->publish_numbered("t", [](std::uint64_t) { return "m"; });
  script.await([](Script& s) { return s.sent.size() == 4; });  // announced, said, stated twice
  script.say([](Script& s) { s.confirms = false; });
  const auto before = std::chrono::steady_clock::now();
  bus->close(60s);
  CHECK(std::chrono::steady_clock::now() - before < 30s);
}

TEST_CASE_FIXTURE(EngineFixture, "a subscribe returns when the heartbeats are live, too") {
  script.holds = "$heartbeat";
  start();
  const auto pulses = bus->on_pulse([](const tubes::Pulse&) {});
  auto subscribed = std::async(std::launch::async,
                               [&] { return bus->subscribe("in", [](const tubes::Delivery&) {}); });
  script.await([](Script& s) { return s.asked == Strings{"+$heartbeat", "+in"}; });
  CHECK(subscribed.wait_for(50ms) == std::future_status::timeout);
  script.say([](Script& s) { s.holds.clear(); });
  CHECK_NOTHROW((void)subscribed.get());
}

TEST_CASE_FIXTURE(EngineFixture, "pulses come in their place: live, heartbeats, away, live again") {
  start();
  std::promise<void> done;
  Strings heard;
  const auto pulses = bus->on_pulse([&](const tubes::Pulse& pulse) {
    using Kind = tubes::Pulse::Kind;
    heard.push_back(pulse.kind == Kind::beat   ? pulse.beat.publisher
                    : pulse.kind == Kind::live ? pulse.filter
                                               : "away");
    if (heard.size() == 7) done.set_value();
  });
  const auto in = bus->subscribe(
      "in", [&](const tubes::Delivery& d) { heard.push_back(std::string(d.payload)); });
  script.say([](Script& s) {
    s.incoming = {{"in", "1"},
                  {"$heartbeat", R"({"v":1,"publisher":"p","last":{}})"},
                  {"$heartbeat", "no heartbeat"}};
    s.breaks = true;
  });
  REQUIRE(done.get_future().wait_for(10s) == std::future_status::ready);
  CHECK(heard == Strings{"$heartbeat", "in", "1", "p", "away", "$heartbeat", "in"});
  CHECK(bus->stats().received.received == 1);
}

TEST_CASE_FIXTURE(EngineFixture, "a bus whose handler hangs answers for its stats nevertheless") {
  options.answer_stats = true;
  start();
  std::promise<void> running, release;
  const auto hangs = bus->subscribe("t", [&](const tubes::Delivery&) {
    running.set_value();
    release.get_future().wait();
  });
  script.say([](Script& s) { s.incoming = {{"t", ""}}; });
  running.get_future().wait();
  const std::string asker(32, 'f');
  script.say(
      [&](Script& s) { s.incoming = {{"$stats", R"({"v":1,"reply":"$stats.)" + asker + "\"}"}}; });
  script.await([&](Script& s) {
    return std::ranges::any_of(s.sent, [](auto& text) { return text.starts_with("{\"v\":1,"); });
  });
  release.set_value();
}

TEST_CASE_FIXTURE(EngineFixture, "a backend that refuses the bus's own topics is told of once") {
  options.answer_stats = true;
  script.refuses = "$stats";
  script.reachable = false;  // until the events are listened to
  start();
  script.say([](Script& s) { s.reachable = true; });
  CHECK(await(Event::Kind::refused).what.starts_with("$stats"));
  const auto in = bus->subscribe("in", [](const tubes::Delivery&) {});
  for (int i = 1; i < 4; ++i) {
    int before = 0;
    script.say([&](Script& s) {
      before = s.connects;
      s.breaks = true;
    });
    script.await([&](Script& s) { return s.connects > before; });
    bus->flush();
  }
  const auto after = bus->subscribe("after", [](const tubes::Delivery&) {});
  bus->close();
  std::lock_guard lock(mutex);
  CHECK(std::ranges::count(events, Event::Kind::refused, &Event::kind) == 1);
}
