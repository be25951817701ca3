// The engine over a driver of the test's own, whose connection does what the test says.
#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include <tubes/bus/engine.hpp>

#include "fixture.hpp"

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;
using tubes::Error;
using tubes::ErrorCode;
using tubes::Event;

namespace {

/// What the test tells the driver, and sees of it.
struct Script {
  bool reachable = true;
  bool answers_at_once = true;  ///< or else in poll(), or not at all while `silent`
  bool silent = false;
  bool holds_answers = false;  ///< to subscribe()
  std::string holds;           ///< the answer for one filter
  std::string refuses;         ///< a filter
  std::string rejects;         ///< what is published on a topic
  bool confirms = true;
  bool breaks = false;
  int connects = 0;
  int polls = 0;
  Strings asked, sent;
  std::vector<std::pair<std::string, std::string>> incoming;

  std::mutex mutex;
  std::condition_variable changed;
  bool woken = false;

  /// Changes the script, and has the driver look at it.
  void say(const std::function<void(Script&)>& change) {
    std::lock_guard lock(mutex);
    change(*this);
    woken = true;
    changed.notify_all();
  }
  /// Waits until the driver's doings satisfy the test.
  void await(const std::function<bool(Script&)>& condition) {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, 10s, [&] { return condition(*this); }));
  }
};

class ScriptedDriver final : public tubes::Driver {
 public:
  explicit ScriptedDriver(Script& script) : script_(script) {}

  tubes::Capabilities capabilities() const noexcept override { return {}; }
  std::string address() const override { return "the script"; }

  void connect(tubes::Sink& sink) override {
    std::lock_guard lock(script_.mutex);
    sink_ = &sink;
    ++script_.connects;
    script_.changed.notify_all();
    if (!script_.reachable) throw Error(ErrorCode::unreachable, "the script is not reachable");
    if (script_.answers_at_once) sink.connected();
  }
  void disconnect() noexcept override {}
  void subscribe(const tubes::Filter& filter) override {
    std::lock_guard lock(script_.mutex);
    script_.asked.push_back("+" + filter.text());
    script_.changed.notify_all();
    if (script_.refuses == filter.text())
      sink_->refused(filter.text(), "not for you");
    else if (script_.holds_answers || script_.holds == filter.text())
      unanswered_.push_back(filter.text());
    else
      sink_->subscribed(filter.text());
  }
  void unsubscribe(const tubes::Filter& filter) override {
    std::lock_guard lock(script_.mutex);
    script_.asked.push_back("-" + filter.text());
    script_.changed.notify_all();
  }
  std::size_t send(std::span<const tubes::Outgoing* const> messages) override {
    std::lock_guard lock(script_.mutex);
    for (const auto* message : messages) {
      script_.sent.push_back(message->payload);
      if (message->topic == script_.rejects)
        sink_->rejected("no");
      else if (script_.confirms)
        sink_->accepted(1);
    }
    script_.changed.notify_all();
    return messages.size();
  }
  void call(const tubes::RetainedCall&) override {}
  void poll(tubes::Milliseconds longest) override {
    std::unique_lock lock(script_.mutex);
    ++script_.polls;
    script_.changed.notify_all();
    script_.changed.wait_for(lock, longest, [&] { return script_.woken; });
    script_.woken = false;
    if (!script_.answers_at_once && !script_.silent && !std::exchange(answered_, true))
      sink_->connected();
    if (!script_.holds_answers && script_.holds.empty())
      for (const auto& filter : std::exchange(unanswered_, {})) sink_->subscribed(filter);
    for (const auto& [topic, payload] : script_.incoming) sink_->received(topic, payload);
    script_.incoming.clear();
    if (std::exchange(script_.breaks, false)) throw Error(ErrorCode::unreachable, "it broke");
  }
  void wake() noexcept override {
    std::lock_guard lock(script_.mutex);
    script_.woken = true;
    script_.changed.notify_all();
  }

 private:
  Script& script_;
  tubes::Sink* sink_ = nullptr;
  bool answered_ = false;
  Strings unanswered_;
};

struct EngineFixture {
  Script script;
  tubes::VirtualClock clock;  // for whoever puts it into the options
  tubes::BusOptions options{
      .ready_timeout = 10s, .backoff_first = 1ms, .backoff_longest = 1ms, .answer_stats = false};
  std::unique_ptr<tubes::Bus> bus;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Event> events;
  tubes::Subscription listening;

  void start() {
    bus = tubes::make_bus(std::make_unique<ScriptedDriver>(script), options);
    listening = bus->on_event([this](const Event& event) {
      std::lock_guard lock(mutex);
      events.push_back(event);
      changed.notify_all();
    });
  }
  Event await(Event::Kind kind) {
    std::unique_lock lock(mutex);
    std::optional<Event> found;
    REQUIRE(changed.wait_for(lock, 10s, [&] {
      for (const auto& event : events)
        if (event.kind == kind) found = event;
      return found.has_value();
    }));
    return *found;
  }
};

}  // namespace

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

TEST_CASE_FIXTURE(EngineFixture, "a subscribe that finds no backend says which and why") {
  script.reachable = false;
  options.ready_timeout = 20ms;
  start();
  await(Event::Kind::disconnected);
  try {
    (void)bus->subscribe("in", [](const tubes::Delivery&) {});
    FAIL("it was live without a backend");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::timed_out);
    CHECK(std::string(error.what()).find("the script is not reachable") != std::string::npos);
  }
}

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

TEST_CASE_FIXTURE(EngineFixture, "a reconnect subscribes everything again and says so") {
  start();
  const auto a = bus->subscribe("a", [](const tubes::Delivery&) {});
  const auto b = bus->subscribe("b.>", [](const tubes::Delivery&) {});
  script.say([](Script& s) {
    s.asked.clear();
    s.breaks = true;
  });
  CHECK(await(Event::Kind::resubscribed).count == 2);
  CHECK(script.asked == Strings{"+a", "+b.>"});
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
                  "a background subscription is live later, and an event says when") {
  script.reachable = false;
  start();
  const auto subscription =
      bus->subscribe("in", [](const tubes::Delivery&) {}, {.ready = tubes::Ready::background});
  script.say([](Script& s) { s.reachable = true; });
  CHECK(await(Event::Kind::subscribed).what == "in");
}

TEST_CASE_FIXTURE(EngineFixture, "a subscribe that the backend refuses says so at once") {
  script.refuses = "secret";
  start();
  try {
    (void)bus->subscribe("secret", [](const tubes::Delivery&) {});
    FAIL("it was live");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::refused);
    CHECK(std::string(error.what()) ==
          "the script refused the subscription to secret: not for you");
  }
}

TEST_CASE_FIXTURE(EngineFixture, "a background subscription that is refused is an event") {
  script.refuses = "secret";
  start();
  const auto subscription =
      bus->subscribe("secret", [](const tubes::Delivery&) {}, {.ready = tubes::Ready::background});
  CHECK(await(Event::Kind::refused).what == "secret: not for you");
}

TEST_CASE_FIXTURE(EngineFixture,
                  "a filter that is refused disturbs nothing, and is asked for on reconnecting") {
  script.refuses = "secret";
  start();
  const auto a = bus->subscribe("a", [](const tubes::Delivery&) {});
  const auto secret =
      bus->subscribe("secret", [](const tubes::Delivery&) {}, {.ready = tubes::Ready::background});
  await(Event::Kind::refused);
  script.say([](Script& s) { s.breaks = true, s.asked.clear(); });
  CHECK(await(Event::Kind::resubscribed).count == 1);
  script.say([](Script& s) { CHECK(s.asked == Strings{"+a", "+secret"}); });
  bus->publish("a", "1");
  bus->flush();
  script.say([](Script& s) { CHECK(s.connects == 2); });
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

TEST_CASE_FIXTURE(EngineFixture, "the last subscription to a filter ends it at the backend") {
  start();
  auto first = bus->subscribe("a", [](const tubes::Delivery&) {});
  auto second = bus->subscribe("a", [](const tubes::Delivery&) {});
  first.reset();
  second.reset();
  script.await([](Script& s) { return s.asked == Strings{"+a", "-a"}; });
}

TEST_CASE_FIXTURE(EngineFixture, "a call that the transport cannot do is unsupported") {
  start();
  CHECK(code_of([&] { bus->put("key", "value"); }) == ErrorCode::unsupported);
  CHECK(code_of([&] { bus->get("key"); }) == ErrorCode::unsupported);
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

TEST_CASE_FIXTURE(EngineFixture, "a bus receives what its driver does, and only for its filters") {
  start();
  std::promise<std::string> arrived;
  const auto subscription = bus->subscribe(
      "in", [&](const tubes::Delivery& d) { arrived.set_value(std::string(d.payload)); });
  script.say([](Script& s) { s.incoming = {{"in2", "no"}, {"$in", "no"}, {"in", "yes"}}; });
  CHECK(arrived.get_future().get() == "yes");
  CHECK(bus->stats().received.received == 1);
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

TEST_CASE_FIXTURE(EngineFixture, "a heartbeat that nobody confirms keeps no bus open for long") {
  start();
  bus->publish_numbered("t", [](std::uint64_t) { return "m"; });
  bus->flush();
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
