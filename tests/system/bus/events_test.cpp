#include <string>

#include "heard.hpp"
#include "member.hpp"
#include "places.hpp"

using namespace tubes;
using namespace tubes::test;

namespace {

/// A subscription with room for two, whose handler is stuck while six messages arrive.
struct Overflowing {
  Heard heard;
  Happening started, release;
  Member bus;

  explicit Overflowing(const std::string& url) : bus(url) {}

  Heard::Texts heard_with(Overflow policy) {
    const auto subscription = bus->subscribe("in",
                                             [&](const Delivery& delivery) {
                                               started.happen();
                                               release.wait();
                                               heard.note(std::string(delivery.payload));
                                             },
                                             {.inbox_messages = 2, .overflow = policy});
    bus->publish("in", "1");
    started.wait();
    for (const auto* payload : {"2", "3", "4", "5", "6"}) bus->publish("in", payload);
    bus->flush(longest_wait);
    // What was published before a subscription went live has arrived when it is.
    const auto barrier = bus->subscribe("barrier", [](const Delivery&) {});
    release.happen();
    return heard.wait_for(3);
  }
};

}  // namespace

TEST_CASE_TEMPLATE("a full inbox drops the oldest, counts it and reports it", Place, EVERY_PLACE) {
  const Place place;
  Overflowing test(place.url());
  CHECK(test.heard_with(Overflow::drop_oldest) == Heard::Texts{"1", "5", "6"});
  CHECK(test.bus.wait_for(Event::Kind::overflow).what == "in");
  CHECK(test.bus.sum_of_counts(Event::Kind::overflow) == 3);
  CHECK(test.bus->stats().received.overflowed == 3);
}

TEST_CASE_TEMPLATE("a full inbox that is to drop the newest keeps what it has", Place,
                   EVERY_PLACE) {
  const Place place;
  Overflowing test(place.url());
  CHECK(test.heard_with(Overflow::drop_newest) == Heard::Texts{"1", "2", "3"});
  CHECK(test.bus.wait_for(Event::Kind::overflow).what == "in");
  CHECK(test.bus.sum_of_counts(Event::Kind::overflow) == 3);
  CHECK(test.bus->stats().received.overflowed == 3);
}

TEST_CASE_TEMPLATE("an inbox that blocks is refused where the transport cannot block", Place,
                   EVERY_PLACE) {
  const Place place;
  const Member bus(place.url());
  REQUIRE_FALSE(bus->capabilities().block);
  const auto error = error_of(
      [&] { (void)bus->subscribe("in", [](const Delivery&) {}, {.overflow = Overflow::block}); });
  CHECK(error.code() == ErrorCode::unsupported);
}

TEST_CASE_TEMPLATE("an event handler that ended hears no more events", Place, EVERY_PLACE) {
  const Place place;
  Heard events;
  const Member bus(place.url());
  auto listening = bus->on_event([&](const Event& event) { events.note(event.what); });
  const auto one = bus->subscribe("first", [](const Delivery&) {}, {.ready = Ready::background});
  events.wait_for_text("first");
  listening.reset();
  const auto before = events.texts();
  const auto two = bus->subscribe("second", [](const Delivery&) {}, {.ready = Ready::background});
  bus.wait_for(Event::Kind::subscribed, 2);
  CHECK(events.texts() == before);
}
