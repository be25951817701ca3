#include <optional>
#include <string>

#include <doctest/doctest.h>

#include <tubes/transports/zeromq/broker.hpp>

#include "peer.hpp"
#include "place.hpp"

using namespace tubes::test;
using Kind = tubes::RetainedCall::Kind;
using tubes::zeromq::Broker;
using tubes::zeromq::BrokerOptions;

TEST_CASE("a retained value is read by whoever comes later, until it is removed") {
  const auto url = free_url();
  const Broker broker(url);
  Peer first(url), late(url);
  first.connect();
  CHECK(first.call(Kind::get, "nick") == "done");
  CHECK(first.call(Kind::put, "nick", "old") == "done");
  first.call(Kind::put, "nick", std::string("z\0x", 3));
  late.connect();
  CHECK(late.call(Kind::get, "nick") == std::string("= z\0x", 5));
  late.call(Kind::remove, "nick");
  CHECK(first.call(Kind::get, "nick") == "done");
}

TEST_CASE("an empty retained value is not the same as none") {
  const auto url = free_url();
  const Broker broker(url);
  Peer peer(url);
  peer.connect();
  peer.call(Kind::put, "nick", "");
  CHECK(peer.call(Kind::get, "nick") == "= ");
}

TEST_CASE("a value the broker has no room for is refused with the reason") {
  const auto url = free_url();
  BrokerOptions options;
  options.retained_bytes = 10;
  const Broker broker(url, options);
  Peer peer(url);
  peer.connect();
  const auto answer = peer.call(Kind::put, "nick", "too long for that");
  CHECK(answer == "failed: " + url.shown() +
                      ": with nick all retained values have 181 bytes, the broker's limit is 10; "
                      "remove some first");
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
  CHECK(peer.call(Kind::get, "nick") == "done");
}
