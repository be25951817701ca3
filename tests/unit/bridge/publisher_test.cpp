#include <doctest/doctest.h>

#include <tubes/bridge/publisher.hpp>

#include "fake_bus.hpp"

namespace tubes::bridge {
namespace {

Meta meta_of(const std::string& payload) {
  const auto decoded = decode(Role::in, payload);
  REQUIRE(decoded.envelope);
  return decoded.envelope->meta;
}

TEST_CASE("messages carry the publisher's id and are numbered from 1") {
  FakeBus bus;
  Publisher publisher{bus, "in", WireFormat::json, "me"};
  publisher.publish(in::Quit{"bob", "", ""});
  publisher.publish(in::Quit{"eve", "", ""});
  REQUIRE(bus.published.size() == 2);
  CHECK(bus.published[0].first == "in");
  CHECK(meta_of(bus.published[0].second).publisher == "me");
  CHECK(meta_of(bus.published[0].second).sequence == 1);
  CHECK(meta_of(bus.published[1].second).sequence == 2);
}

TEST_CASE("a message that the bus refuses uses no number") {
  FakeBus bus;
  Publisher publisher{bus, "in", WireFormat::json, "me"};
  bus.full = true;
  publisher.publish(in::Quit{"bob", "", ""});
  bus.full = false;
  bus.down = true;
  publisher.publish(in::Quit{"bob", "", ""});
  bus.down = false;
  publisher.publish(in::Quit{"eve", "", ""});
  REQUIRE(bus.published.size() == 1);
  CHECK(meta_of(bus.published[0].second).sequence == 1);
}

TEST_CASE("messages are written in the configured wire format") {
  FakeBus bus;
  Publisher{bus, "in", WireFormat::json, "me"}.publish(in::Quit{"bob", "", ""});
  Publisher{bus, "in", WireFormat::protobuf, "me"}.publish(in::Quit{"bob", "", ""});
  REQUIRE(bus.published.size() == 2);
  CHECK(decode(Role::in, bus.published[0].second).format == WireFormat::json);
  CHECK(decode(Role::in, bus.published[1].second).format == WireFormat::protobuf);
}

TEST_CASE("a random id is 128 bits in hexadecimal, and another one each time") {
  CHECK(random_id().size() == 32);
  CHECK(random_id().find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(random_id() != random_id());
}

}  // namespace
}  // namespace tubes::bridge
