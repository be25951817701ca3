#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "heard.hpp"
#include "member.hpp"
#include "places.hpp"

using namespace tubes;
using namespace tubes::test;

TEST_CASE_TEMPLATE("a handler may publish, flush, subscribe, put, get and remove", Place,
                   EVERY_PLACE) {
  const Place place;
  Heard later, steps;
  const Member bus(place.url());
  Subscription inner;
  const auto outer = bus->subscribe("in", [&](const Delivery&) {
    bus->publish("out", "x");
    bus->flush(longest_wait);
    inner = bus->subscribe("later", later.payloads());
    bus->publish("later", "from inside");
    bus->put("key", "value");
    steps.note(bus->get("key").value_or("none"));
    bus->remove("key");
    steps.note(bus->get("key").value_or("none"));
  });
  bus->publish("in", "x");
  CHECK(steps.wait_for(2) == Heard::Texts{"value", "none"});
  CHECK(later.wait_for(1) == Heard::Texts{"from inside"});
}

TEST_CASE_TEMPLATE("a handler may end its own subscription, and is not called again", Place,
                   EVERY_PLACE) {
  const Place place;
  Heard once, all;
  const Member bus(place.url());
  Subscription own = bus->subscribe("in", [&](const Delivery& delivery) {
    own.reset();
    once.note(std::string(delivery.payload));
  });
  const auto other = bus->subscribe("in", all.payloads());
  for (const auto* payload : {"1", "2", "end"}) bus->publish("in", payload);
  all.wait_for_text("end");
  CHECK(once.texts() == Heard::Texts{"1"});
}

TEST_CASE_TEMPLATE("a handler may end another subscription, which then hears nothing more", Place,
                   EVERY_PLACE) {
  const Place place;
  Heard ended, end;
  Happening all_published;
  const Member bus(place.url());
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
  bus->flush(longest_wait);
  all_published.happen();
  end.wait_for(1);
  CHECK(ended.texts().empty());
}

TEST_CASE_TEMPLATE("at most one handler of a bus runs at a time", Place, EVERY_PLACE) {
  constexpr std::size_t count = 200;
  const Place place;
  Heard heard;
  std::atomic<int> running = 0, most = 0;
  const Member one(place.url()), two(place.url());
  const auto handler = [&](const Delivery&) {
    most = std::max(most.load(), ++running);
    std::this_thread::yield();
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
  CHECK(most == 1);
}

TEST_CASE_TEMPLATE("a handler that throws is counted and reported, and the next delivery goes on",
                   Place, EVERY_PLACE) {
  const Place place;
  Heard heard;
  const Member bus(place.url());
  const auto subscription = bus->subscribe("in", [&](const Delivery& delivery) {
    heard.note(std::string(delivery.payload));
    if (delivery.payload == "bad") throw std::runtime_error("a bad payload");
  });
  bus->publish("in", "bad");
  bus->publish("in", "good");
  CHECK(heard.wait_for(2) == Heard::Texts{"bad", "good"});
  CHECK(bus.wait_for(Event::Kind::handler_failed).what == "a bad payload");
  CHECK(bus->stats().handlers_failed == 1);
}

TEST_CASE_TEMPLATE("reset waits for the running handler, and it runs no more", Place, EVERY_PLACE) {
  const Place place;
  Heard end;
  Happening started, returned;
  std::atomic<int> begun = 0;
  std::atomic<bool> returned_too_early = false;
  const Member bus(place.url());
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
  CHECK_FALSE(returned_too_early);
  CHECK(begun == 1);
}

TEST_CASE_TEMPLATE("cancel returns while the handler runs, and it runs no more", Place,
                   EVERY_PLACE) {
  const Place place;
  Heard end;
  Happening started, release;
  std::atomic<int> begun = 0;
  const Member bus(place.url());
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
  CHECK(begun == 1);
}

TEST_CASE_TEMPLATE("a stuck handler stalls neither the connection nor other buses", Place,
                   EVERY_PLACE) {
  const Place place;
  Heard heard;
  Happening started, release;
  const Member stuck(place.url()), other(place.url());
  const auto one = stuck->subscribe("in", [&](const Delivery&) {
    started.happen();
    release.wait();
  });
  const auto two = other->subscribe("in", heard.payloads());
  stuck->publish("in", "1");
  started.wait();
  for (const auto* payload : {"2", "3"}) stuck->publish("in", payload);
  CHECK_NOTHROW(stuck->flush(longest_wait));
  stuck->put("key", "value");
  CHECK(stuck->get("key") == "value");
  CHECK(heard.wait_for(3) == Heard::Texts{"1", "2", "3"});
  release.happen();
}

TEST_CASE_TEMPLATE("after runs its action once, as a handler, when its time has come", Place,
                   EVERY_PLACE) {
  const Place place;
  Heard heard;
  const Member bus(place.url());
  const auto start = std::chrono::steady_clock::now();
  bus->after(Milliseconds{60}, [&] { heard.note("second"); });
  bus->after(Milliseconds{30}, [&] { heard.note("first"); });
  CHECK(heard.wait_for(2) == Heard::Texts{"first", "second"});
  CHECK(std::chrono::steady_clock::now() - start >= Milliseconds{60});
}
