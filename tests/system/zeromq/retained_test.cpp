#include <optional>
#include <string>

#include <doctest/doctest.h>

#include <tubes/transports/zeromq/broker.hpp>

#include "peer.hpp"
#include "place.hpp"

using namespace tubes::zeromq::testing;
using Kind = tubes::RetainedCall::Kind;
using tubes::ErrorCode;
using tubes::zeromq::Broker;
using tubes::zeromq::BrokerOptions;

TEST_CASE("a retained value is read by whoever comes later, until it is removed") {
  const auto url = free_url();
  const Broker broker(url);
  Peer first(url), late(url);
  first.connect();
  CHECK(first.call(Kind::get, "nick") == std::nullopt);
  CHECK(first.call(Kind::put, "nick", "old") == std::nullopt);
  first.call(Kind::put, "nick", std::string("z\0x", 3));
  late.connect();
  CHECK(late.call(Kind::get, "nick") == std::string("z\0x", 3));
  late.call(Kind::remove, "nick");
  CHECK(first.call(Kind::get, "nick") == std::nullopt);
}

TEST_CASE("an empty retained value is not the same as none") {
  const auto url = free_url();
  const Broker broker(url);
  Peer peer(url);
  peer.connect();
  peer.call(Kind::put, "nick", "");
  CHECK(peer.call(Kind::get, "nick") == "");
}

TEST_CASE("a value the broker has no room for is refused with the reason") {
  const auto url = free_url();
  BrokerOptions options;
  options.retained_bytes = 10;
  const Broker broker(url, options);
  Peer peer(url);
  peer.connect();
  try {
    peer.call(Kind::put, "nick", "too long for that");
    FAIL("the broker took it");
  } catch (const tubes::Error& error) {
    CHECK(error.code() == ErrorCode::refused);
    CHECK(std::string(error.what()).find("limit is 10") != std::string::npos);
  }
}

TEST_CASE("retained values end with the broker, as the capabilities say") {
  const auto url = free_url();
  std::optional<Broker> broker(std::in_place, url);
  Peer peer(url);
  CHECK(peer.driver().capabilities().retained);
  CHECK_FALSE(peer.driver().capabilities().retained_survives_restart);
  peer.connect();
  peer.call(Kind::put, "nick", "x");
  broker.reset();
  peer.poll_until_it_throws();
  peer.driver().disconnect();
  broker.emplace(url);
  peer.connect();
  CHECK(peer.call(Kind::get, "nick") == std::nullopt);
}
