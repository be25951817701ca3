#include <optional>
#include <string>

#include "heard.hpp"
#include "member.hpp"
#include "places.hpp"

using namespace tubes;
using namespace tubes::test;

namespace {

/// A place whose backend is not there yet.
template <class Place>
struct Absent : Place {
  Absent() { this->kill(); }
};

BusOptions impatient() {
  BusOptions options;
  options.ready_timeout = Milliseconds{50};
  return options;
}

}  // namespace

TEST_CASE_TEMPLATE("subscribing where no backend is names address, cause and remedy", Place,
                   NETWORK_PLACES) {
  const Absent<Place> place;
  const Member bus(place.url(), impatient());
  const auto cause = bus.wait_for(Event::Kind::disconnected).what;
  const auto error = error_of([&] { (void)bus->subscribe("in", [](const Delivery&) {}); });
  CHECK(error.code() == ErrorCode::timed_out);
  CHECK(contains(error.what(), "cannot subscribe to in within 50 ms"));
  CHECK(contains(error.what(), place.address()));
  CHECK(contains(error.what(), cause));
  CHECK(contains(error.what(), place.remedy()));
}

TEST_CASE_TEMPLATE("a retained value and a flush where no backend is time out with the cause",
                   Place, NETWORK_PLACES) {
  const Absent<Place> place;
  const Member bus(place.url(), impatient());
  bus.wait_for(Event::Kind::disconnected);
  bus->publish("in", "x");
  const auto check = [&](const Error& error) {
    CHECK(error.code() == ErrorCode::timed_out);
    CHECK(contains(error.what(), place.address()));
    CHECK(contains(error.what(), place.remedy()));
  };
  check(error_of([&] { bus->put("key", "value"); }));
  check(error_of([&] { bus->get("key"); }));
  check(error_of([&] { bus->remove("key"); }));
  const auto error = error_of([&] { bus->flush(Milliseconds{50}); });
  check(error);
  CHECK(contains(error.what(), "1 messages wait"));
  bus->close(Milliseconds{0});
  CHECK(bus->stats().sent.discarded == 1);
}

TEST_CASE_TEMPLATE("a background subscription goes live when the backend comes", Place,
                   NETWORK_PLACES) {
  Absent<Place> place;
  Heard heard;
  const Member bus(place.url());
  const auto subscription = bus->subscribe("in", heard.payloads(), {.ready = Ready::background});
  bus.wait_for(Event::Kind::disconnected);
  place.start();
  CHECK(bus.wait_for(Event::Kind::subscribed).what == "in");
  CHECK(contains(bus.wait_for(Event::Kind::connected).what, place.address()));
  bus->publish("in", "x");
  CHECK(heard.wait_for(1) == Heard::Texts{"x"});
}

TEST_CASE_TEMPLATE("subscribe waits for a backend that comes in time", Place, NETWORK_PLACES) {
  Absent<Place> place;
  Heard heard;
  BusOptions patient;
  patient.ready_timeout = longest_wait;
  const Member bus(place.url(), patient);
  const auto starting = bus->on_event([&](const Event& event) {
    if (event.kind == Event::Kind::disconnected) heard.note("away");
  });
  heard.wait_for(1);
  place.start();
  const auto subscription = bus->subscribe("in", heard.payloads());
  bus->publish("in", "x");
  CHECK(heard.wait_for_text("x").back() == "x");
}

TEST_CASE_TEMPLATE("what is published before the backend comes is sent when it does", Place,
                   NETWORK_PLACES) {
  Absent<Place> place;
  const Member bus(place.url());
  for (int i = 0; i < 1'000; ++i) bus->publish("in", "x");
  CHECK(bus->stats().sent.waiting == 1'000);
  place.start();
  bus->flush(longest_wait);
  CHECK(bus->stats().sent.accepted == 1'000);
}

TEST_CASE_TEMPLATE("a full outbox refuses: at once when tried, at publish_timeout otherwise", Place,
                   NETWORK_PLACES) {
  const Absent<Place> place;
  BusOptions options;
  options.outbox_bytes = 4'000;
  options.publish_timeout = Milliseconds{20};
  const Member bus(place.url(), options);
  bus.wait_for(Event::Kind::disconnected);
  const std::string payload(1'000, 'x');
  std::uint64_t taken = 0;
  while (bus->try_publish("in", payload)) REQUIRE(++taken < 10);
  const auto start = std::chrono::steady_clock::now();
  const auto error = error_of([&] { bus->publish("in", payload); });
  CHECK(std::chrono::steady_clock::now() - start >= Milliseconds{20});
  CHECK(error.code() == ErrorCode::outbox_full);
  CHECK(contains(error.what(), place.address()));
  CHECK(bus->stats().sent.published == taken);
  bus->close(Milliseconds{0});
  CHECK(bus->stats().sent.discarded == taken);
}
