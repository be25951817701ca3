#include <chrono>
#include <semaphore>
#include <string>

#include <doctest/doctest.h>

#include <tubes/bus/engine.hpp>

#include "peer.hpp"
#include "redis_server.hpp"

using namespace tubes;
using namespace tubes::test;

namespace {

Error refusal_of(const std::string& url) {
  Peer peer(url);
  peer.driver->connect(peer.sink);
  return peer.failure();
}

bool holds(const Error& error, const std::string& text) {
  return std::string(error.what()).find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("the right password is let in") {
  RedisServer server({"--requirepass", "hushhush"});
  Peer peer(server.url("", ":hushhush@"));
  CHECK_NOTHROW(peer.connect());
}

TEST_CASE("a user is let in with the user's password") {
  RedisServer server({"--user", "bot", "on", ">hushhush", "~*", "&*", "+@all"});
  Peer peer(server.url("", "bot:hushhush@"));
  CHECK_NOTHROW(peer.connect());
}

TEST_CASE("a wrong password is refused, and is not repeated") {
  RedisServer server({"--requirepass", "right"});
  const Error error = refusal_of(server.url("", ":hushhush@"));
  CHECK(error.code() == ErrorCode::refused);
  CHECK(holds(error, "redis at 127.0.0.1:" + std::to_string(server.port())));
  CHECK(holds(error, "WRONGPASS"));
  CHECK_FALSE(holds(error, "hushhush"));
}

TEST_CASE("no password where one is needed is refused") {
  RedisServer server({"--requirepass", "right"});
  const Error error = refusal_of(server.url());
  CHECK(error.code() == ErrorCode::refused);
  CHECK(holds(error, "NOAUTH"));
  CHECK(holds(error, "password_env"));
}

TEST_CASE("a database that the server does not have is refused") {
  RedisServer server;
  const Error error = refusal_of(server.url("/4711"));
  CHECK(error.code() == ErrorCode::refused);
  CHECK(holds(error, "database 4711"));
}

TEST_CASE("a topic that the user may not publish on is rejected, and the connection goes on") {
  RedisServer server({"--user", "bot", "on", ">pw", "~*", "&in", "+@all"});
  Peer peer(server.url("", "bot:pw@"));
  peer.connect();
  peer.publish("secret", "x");
  CHECK(peer.sink.answers.back().find("NOPERM") != std::string::npos);
  peer.publish("in", "x");
  CHECK(peer.sink.answers.back() == "accepted 1");
}

TEST_CASE("a topic that the user may not read is refused, and the connection goes on") {
  RedisServer server(
      {"--user", "bot", "on", ">pw", "~*", "resetchannels", "&in", "&in.*", "+@all"});
  Peer peer(server.url("", "bot:pw@"));
  peer.connect();
  for (const auto& filter : {Filter("secret"), Filter("secret.>"), Filter::own("$heartbeat")}) {
    peer.driver->subscribe(filter);
    peer.poll_until([&] { return !peer.sink.answers.empty(); });
    CHECK(peer.sink.answers.back().find("refused " + filter.text() + ": ") == 0);
    CHECK(peer.sink.answers.back().find("NOPERM") != std::string::npos);
    peer.sink.answers.clear();
  }
  peer.subscribe("in");
  peer.subscribe("in.>");
  peer.publish("in", "x");
  peer.poll_until_messages(1);
}

TEST_CASE("on a bus, a topic that the user may not read is an error of that call alone") {
  RedisServer server({"--user", "bot", "on", ">pw", "~*", "resetchannels", "&in", "+@all"});
  const auto bus =
      make_bus(redis::make_driver(Url::parse(server.url("", "bot:pw@")), {}), BusOptions{});
  std::binary_semaphore heard{0};
  const auto in = bus->subscribe("in", [&](const Delivery&) { heard.release(); });
  try {
    const auto secret = bus->subscribe("secret", [](const Delivery&) {});
    FAIL("it is let in");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::refused);
    CHECK(holds(error, "NOPERM"));
    CHECK(holds(error, "ACL SETUSER"));
  }
  bus->publish("in", "x");
  CHECK(heard.try_acquire_for(std::chrono::seconds(10)));
}

TEST_CASE("a value that the server has no memory for is a failed call") {
  RedisServer server({"--maxmemory", "1"});
  Peer peer(server.url());
  peer.connect();
  const auto answer = peer.call({1, RetainedCall::Kind::put, "k", "v"});
  CHECK(answer.find("1 failed: ") == 0);
  CHECK(answer.find("OOM") != std::string::npos);
}
