#include <string>

#include <doctest/doctest.h>

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

TEST_CASE("a topic that the user may not read is refused") {
  RedisServer server({"--user", "bot", "on", ">pw", "~*", "&in", "+@all"});
  Peer peer(server.url("", "bot:pw@"));
  peer.connect();
  peer.driver->subscribe(Filter("secret"));
  const Error error = peer.failure();
  CHECK(error.code() == ErrorCode::refused);
  CHECK(holds(error, "NOPERM"));
}

TEST_CASE("a value that the server has no memory for is a failed call") {
  RedisServer server({"--maxmemory", "1"});
  Peer peer(server.url());
  peer.connect();
  const auto answer = peer.call({1, RetainedCall::Kind::put, "k", "v"});
  CHECK(answer.find("1 failed: ") == 0);
  CHECK(answer.find("OOM") != std::string::npos);
}
