#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <tubes/conformance/cases/cases.hpp>
#include <tubes/conformance/stage.hpp>

namespace tubes::conformance {
namespace {

void everything_inside(Stage& stage) {
  Heard later, steps;
  const Member bus(stage);
  const bool retained = stage.capabilities().retained;
  Subscription inner;
  const auto outer = bus->subscribe("in", [&](const Delivery&) {
    bus->publish("out", "x");
    bus->flush(patience());
    inner = bus->subscribe("later", later.payloads());
    bus->publish("later", "from inside");
    if (retained) {
      bus->put("key", "value");
      steps.note(bus->get("key").value_or("none"));
      bus->remove("key");
      steps.note(bus->get("key").value_or("none"));
    }
  });
  bus->publish("in", "x");
  if (retained) EXPECT_EQUAL(steps.wait_for(2), Heard::Texts{"value", "none"});
  EXPECT_EQUAL(later.wait_for(1), Heard::Texts{"from inside"});
}

void ends_itself(Stage& stage) {
  Heard once, all;
  const Member bus(stage);
  Subscription own = bus->subscribe("in", [&](const Delivery& delivery) {
    own.reset();
    once.note(std::string(delivery.payload));
  });
  const auto other = bus->subscribe("in", all.payloads());
  for (const auto* payload : {"1", "2", "end"}) bus->publish("in", payload);
  all.wait_for_text("end");
  EXPECT_EQUAL(once.texts(), Heard::Texts{"1"});
}

void ends_another(Stage& stage) {
  Heard ended, end;
  Happening all_published;
  const Member bus(stage);
  Subscription other;
  const auto ending = bus->subscribe("stop", [&](const Delivery&) {
    all_published.wait();
    other.reset();
  });
  other = bus->subscribe("in", ended.payloads());
  const auto last = bus->subscribe("end", end.payloads());
  bus->publish("stop", "x");
  bus->publish("in", "x");
  bus->publish("end", "x");
  bus->flush(patience());
  all_published.happen();
  end.wait_for(1);
  EXPECT(ended.texts().empty());
}

void one_at_a_time(Stage& stage) {
  constexpr std::size_t count = 200;
  Heard heard;
  Happening overlapped;
  std::atomic<int> running = 0;
  std::atomic<bool> waited = false;
  const Member one(stage), two(stage);
  const auto handler = [&](const Delivery&) {
    if (++running > 1) overlapped.happen();
    // The first one gives another time to begin beside it.
    if (!waited.exchange(true)) overlapped.happens_within(Milliseconds{100});
    --running;
    heard.note("x");
  };
  std::vector<Subscription> subscriptions;
  for (const auto* filter : {"in", "in.>", "in.a"})
    subscriptions.push_back(one->subscribe(filter, handler));
  {
    const std::jthread own([&] {
      for (std::size_t i = 0; i < count; ++i) one->publish("in", "x");
    });
    for (std::size_t i = 0; i < count; ++i) two->publish("in.a", "x");
  }
  heard.wait_for(3 * count);
  EXPECT(!overlapped.has_happened());
}

void throwing(Stage& stage) {
  Heard heard;
  const Member bus(stage);
  const auto subscription = bus->subscribe("in", [&](const Delivery& delivery) {
    heard.note(std::string(delivery.payload));
    if (delivery.payload == "bad") throw std::runtime_error("a bad payload");
  });
  bus->publish("in", "bad");
  bus->publish("in", "good");
  EXPECT_EQUAL(heard.wait_for(2), Heard::Texts{"bad", "good"});
  EXPECT_EQUAL(bus.wait_for(Event::Kind::handler_failed).what, "a bad payload");
  EXPECT_EQUAL(bus->stats().handlers_failed, 1);
}

void reset_waits(Stage& stage) {
  Heard end;
  Happening started, returned;
  std::atomic<int> begun = 0;
  std::atomic<bool> returned_too_early = false;
  const Member bus(stage);
  const auto last = bus->subscribe("end", end.payloads());
  auto subscription = bus->subscribe("in", [&](const Delivery&) {
    ++begun;
    started.happen();
    returned_too_early = returned.happens_within(Milliseconds{50});
  });
  bus->publish("in", "1");
  started.wait();
  subscription.reset();
  returned.happen();
  bus->publish("in", "2");
  bus->publish("end", "x");
  end.wait_for(1);
  EXPECT(!returned_too_early);
  EXPECT_EQUAL(begun, 1);
}

void cancel_returns(Stage& stage) {
  Heard end;
  Happening started, release;
  std::atomic<int> begun = 0;
  const Member bus(stage);
  auto subscription = bus->subscribe("in", [&](const Delivery&) {
    ++begun;
    started.happen();
    release.wait();
  });
  const auto last = bus->subscribe("end", end.payloads());
  bus->publish("in", "1");
  bus->publish("in", "2");
  bus->publish("end", "x");
  started.wait();
  subscription.cancel();
  release.happen();
  end.wait_for(1);
  EXPECT_EQUAL(begun, 1);
}

void stuck(Stage& stage) {
  Heard heard;
  Happening started, release;
  const Member stuck(stage), other(stage);
  const auto one = stuck->subscribe("in", [&](const Delivery&) {
    started.happen();
    release.wait();
  });
  const auto two = other->subscribe("in", heard.payloads());
  stuck->publish("in", "1");
  started.wait();
  for (const auto* payload : {"2", "3"}) stuck->publish("in", payload);
  stuck->flush(patience());
  if (stage.capabilities().retained) {
    stuck->put("key", "value");
    EXPECT_EQUAL(stuck->get("key"), "value");
  }
  EXPECT_EQUAL(heard.wait_for(3), Heard::Texts{"1", "2", "3"});
  release.happen();
}

}  // namespace

std::vector<Promise> handlers() {
  return {
      {"A handler may publish, subscribe, flush, end subscriptions and close, without deadlock",
       {{"a handler may publish, flush, subscribe, put, get and remove", everything_inside},
        {"a handler may end its own subscription, and is not called again", ends_itself},
        {"a handler may end another subscription, which then hears nothing more",
         ends_another,
         {Need::own_thread}}}},
      {"At most one handler of a bus runs at a time",
       {{"at most one handler of a bus runs at a time", one_at_a_time}}},
      {"A handler that throws is counted and reported, and the next delivery goes on",
       {{"a handler that throws is counted and reported, and the next delivery goes on",
         throwing}}},
      {"When `reset` has returned the handler runs no more",
       {{"reset waits for the running handler, and it runs no more",
         reset_waits,
         {Need::own_thread}},
        {"cancel returns while the handler runs, and it runs no more",
         cancel_returns,
         {Need::own_thread}}}},
      {"A slow handler stalls nobody else",
       {{"a stuck handler stalls neither the connection nor other buses",
         stuck,
         {Need::own_thread}}}},
  };
}

}  // namespace tubes::conformance
