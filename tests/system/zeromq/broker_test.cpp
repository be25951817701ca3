#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include <doctest/doctest.h>
#include <zmq.hpp>

#include <tubes/bus/error.hpp>
#include <tubes/tests/support/temp_folder.hpp>
#include <tubes/transports/zeromq/broker.hpp>

#include "peer.hpp"
#include "place.hpp"

using namespace tubes::test;
using tubes::Error;
using tubes::ErrorCode;
using tubes::Url;
using tubes::zeromq::Broker;
using tubes::zeromq::BrokerOptions;

namespace {

std::string error_of_binding(const Url& url) try {
  const Broker broker(url);
  return "none";
} catch (const Error& error) {
  CHECK(error.code() == ErrorCode::refused);
  return error.what();
}

}  // namespace

TEST_CASE("a broker tells its address with the default port") {
  const TempFolder folder;
  const auto url = "zmq+ipc://" + folder.path().string() + "/bus";
  CHECK(Broker(Url::parse(url)).address() == url);
  const auto tcp = free_url();
  CHECK(Broker(tcp).address() == tcp.shown());
}

TEST_CASE("an address in use is an error that names endpoint, cause and remedy") {
  const auto url = free_url();
  const Broker broker(url);
  const auto text = error_of_binding(url);
  CHECK(text.find(url.shown()) != std::string::npos);
  CHECK(text.find("cannot bind tcp://127.0.0.1:" + std::to_string(*url.port + 1)) !=
        std::string::npos);
  CHECK(text.find("Address already in use") != std::string::npos);
  CHECK(text.find("choose another") != std::string::npos);
}

TEST_CASE("a second broker does not take a unix socket away from the first") {
  const TempFolder folder;
  const auto url = Url::parse("zmq+ipc://" + folder.path().string() + "/bus");
  const Broker broker(url);
  CHECK(error_of_binding(url).find("Address already in use") != std::string::npos);
  Peer peer(url);
  peer.connect();
}

TEST_CASE("an unix socket that a dead broker left behind is in nobody's way") {
  const TempFolder folder;
  const auto url = Url::parse("zmq+ipc://" + folder.path().string() + "/bus");
  for (const std::string end : {".pub", ".sub"}) {
    zmq::context_t context;
    zmq::socket_t(context, zmq::socket_type::pub)
        .bind("ipc://" + folder.path().string() + "/bus" + end);
  }
  const Broker broker(url);
  Peer peer(url);
  peer.connect();
}

TEST_CASE("the sessions of clients that are gone are forgotten") {
  const auto url = free_url();
  BrokerOptions options;
  options.sweep_interval = std::chrono::milliseconds(20);
  const Broker broker(url, options);
  Peer watcher(url);
  watcher.connect();
  for (int i = 0; i < 5; ++i) {
    Peer peer(url);
    peer.connect();
  }
  watcher.poll_until([&] { return broker.stats().sessions == 1; });
  watcher.send("in", "still known");
  watcher.poll_until([&] { return watcher.heard.accepted_count == 1; });
}

TEST_CASE("a broker counts what it forwards and rejects") {
  const auto url = free_url();
  const Broker broker(url);
  Peer peer(url);
  peer.connect();
  for (int i = 0; i < 3; ++i) peer.send("in", "x");
  peer.send("not a topic", "x");
  peer.poll_until([&] { return broker.stats().rejected == 1; });
  CHECK(broker.stats().forwarded == 3);
  CHECK(broker.stats().sessions == 1);
  CHECK(broker.stats().dropped == 0);
}

TEST_CASE("a subscriber that does not read holds up nobody, and its overflow is reported") {
  const auto url = free_url();
  std::mutex mutex;
  std::string warnings;
  BrokerOptions options;
  options.subscriber_queue = 100;
  options.on_warning = [&](const std::string& text) {
    const std::lock_guard lock(mutex);
    warnings += text + "\n";
  };
  const Broker broker(url, options);
  Peer publisher(url), idle(url);
  publisher.connect();
  idle.connect();
  idle.subscribe("in");
  const std::string payload(10'000, 'x');
  publisher.poll_until([&] {
    publisher.send("in", payload);
    return broker.stats().overflows > 0;
  });
  const auto confirmed = publisher.heard.accepted_count;
  publisher.send("in", payload);
  publisher.poll_until([&] { return publisher.heard.accepted_count > confirmed; });
  const std::lock_guard lock(mutex);
  CHECK(warnings.find("a subscriber reads too slowly") == 0);
}
