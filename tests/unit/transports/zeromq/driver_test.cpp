#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/bus/engine.hpp>
#include <tubes/tests/support/hanging_lookup.hpp>
#include <tubes/tests/support/recording_sink.hpp>
#include <tubes/transports/zeromq/driver.hpp>

using namespace tubes;

namespace {

const Url broker = Url::parse("zmq://broker.example");

}  // namespace

TEST_CASE("a broker's name that is looked up for ever keeps nobody from closing the bus") {
  test::HangingLookup hanging;
  const auto bus = make_bus(zeromq::make_driver(broker, {}, hanging.lookup()), BusOptions{});
  hanging.started.acquire();
  bus->close();
  CHECK_FALSE(bus->stats().connected);
}

TEST_CASE("a broker's name that is not found in time is an error that says so") {
  test::HangingLookup hanging;
  const auto driver =
      zeromq::make_driver(broker, {.connect_timeout = Milliseconds{20}}, hanging.lookup());
  test::RecordingSink sink;
  driver->connect(sink);
  CHECK_THROWS_WITH_AS(driver->poll(Milliseconds{10'000}),
                       "no broker answers at zmq://broker.example:5550 (its name was not found "
                       "within 18 ms); start one with: tubes broker --bind "
                       "zmq://broker.example:5550",
                       Error);
}

TEST_CASE("a broker's name that nobody knows is an error with the reason and the remedy") {
  const auto driver =
      zeromq::make_driver(broker, {}, [](const std::string&) -> std::vector<std::string> {
        throw std::runtime_error("Name or service not known");
      });
  test::RecordingSink sink;
  driver->connect(sink);
  const auto poll_until_it_throws = [&] {
    for (int i = 0; i < 100; ++i) driver->poll(Milliseconds{10'000});
  };
  CHECK_THROWS_WITH_AS(poll_until_it_throws(),
                       "no broker answers at zmq://broker.example:5550 (Name or service not "
                       "known); start one with: tubes broker --bind zmq://broker.example:5550",
                       Error);
}
