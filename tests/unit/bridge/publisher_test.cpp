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
  Publisher publisher{bus, "in", WireFormat::json};
  publisher.publish(in::Quit{"bob", "", ""});
  publisher.publish(in::Quit{"eve", "", ""});
  REQUIRE(bus.published.size() == 2);
  CHECK(bus.published[0].first == "in");
  CHECK(meta_of(bus.published[0].second).publisher == bus.id());
  CHECK(meta_of(bus.published[0].second).sequence == 1);
  CHECK(meta_of(bus.published[1].second).sequence == 2);
}

TEST_CASE("a message that the bus refuses uses no number") {
  FakeBus bus;
  Publisher publisher{bus, "in", WireFormat::json};
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
  Publisher{bus, "in", WireFormat::json}.publish(in::Quit{"bob", "", ""});
  Publisher{bus, "in", WireFormat::protobuf}.publish(in::Quit{"bob", "", ""});
  REQUIRE(bus.published.size() == 2);
  CHECK(decode(Role::in, bus.published[0].second).format == WireFormat::json);
  CHECK(decode(Role::in, bus.published[1].second).format == WireFormat::protobuf);
}

}  // namespace
}  // namespace tubes::bridge
