#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/bus/engine.hpp>
#include <tubes/tests/support/hanging_lookup.hpp>
#include <tubes/tests/support/recording_sink.hpp>
#include <tubes/transports/redis/driver.hpp>

using namespace tubes;

namespace {

const Url kUrl = Url::parse("redis://redis.example");

}  // namespace

TEST_CASE("a name that is looked up for ever keeps nobody from closing the bus") {
  test::HangingLookup hanging;
  const auto bus = make_bus(redis::make_driver(kUrl, {}, hanging.lookup()), BusOptions{});
  hanging.started.acquire();
  bus->close();
  CHECK_FALSE(bus->stats().connected);
}

TEST_CASE("a name that is not found in time is an error that says so") {
  test::HangingLookup hanging;
  const BusOptions options{.connect_timeout = Milliseconds{20}};
  const auto driver = redis::make_driver(kUrl, options, hanging.lookup());
  test::RecordingSink sink;
  driver->connect(sink);
  CHECK_THROWS_WITH_AS(driver->poll(Milliseconds{10'000}),
                       "cannot reach redis at redis.example:6379 (its name was not found within "
                       "18 ms); is it running? use another with --bus redis://host:port",
                       Error);
}

TEST_CASE("a name that nobody knows is an error with the reason") {
  const auto driver =
      redis::make_driver(kUrl, {}, [](const std::string&) -> std::vector<std::string> {
        throw std::runtime_error("Name or service not known");
      });
  test::RecordingSink sink;
  driver->connect(sink);
  CHECK_THROWS_WITH_AS(driver->poll(Milliseconds{10'000}),
                       "cannot reach redis at redis.example:6379 (name or service not known); is "
                       "it running? use another with --bus redis://host:port",
                       Error);
}
