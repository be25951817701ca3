#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/tests/support/ports.hpp>

#include "peer.hpp"
#include "redis_server.hpp"

using namespace tubes;
using namespace tubes::test;
using Messages = std::vector<RecordingSink::Message>;

namespace {

bool holds(const Error& error, const std::string& text) {
  return std::string(error.what()).find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("a server that is not there is an error with address, cause and remedy") {
  const auto port = std::to_string(free_port());
  Peer peer("redis://127.0.0.1:" + port);
  peer.driver->connect(peer.sink);
  const Error error = peer.failure();
  CHECK(error.code() == ErrorCode::unreachable);
  CHECK(error.what() == "cannot reach redis at 127.0.0.1:" + port +
                            " (connection refused); is it running? use another with --bus "
                            "redis://host:port");
}

TEST_CASE("a socket that is not there is an error") {
  TempFolder folder;
  Peer peer("redis+unix://" + (folder.path() / "none.sock").string());
  peer.driver->connect(peer.sink);
  const Error error = peer.failure();
  CHECK(error.code() == ErrorCode::unreachable);
  CHECK(holds(error, "none.sock (no such file or directory)"));
}

TEST_CASE("a server that dies is an error, and the next connection works as the first did") {
  RedisServer server;
  Peer peer(server.url());
  peer.connect();
  peer.subscribe("in");
  CHECK(peer.call({1, RetainedCall::Kind::put, "k", "v"}) == "1 done");
  server.kill();
  const Error error = peer.failure();
  CHECK(error.code() == ErrorCode::unreachable);
  CHECK(holds(error, "lost redis at 127.0.0.1:" + std::to_string(server.port())));

  server.start();
  peer.connect();
  peer.subscribe("in");
  peer.publish("in", "again");
  peer.poll_until_messages(1);
  CHECK(peer.sink.messages == Messages{{"in", "again", "in"}});
  CHECK(peer.call({2, RetainedCall::Kind::get, "k", {}}) == "2 = v");
}

TEST_CASE("a subscriber that falls behind is told that it was dropped") {
  RedisServer server({"--client-output-buffer-limit", "pubsub 1mb 1mb 1"});
  Peer slow(server.url()), fast(server.url());
  slow.connect();
  slow.subscribe("in");
  fast.connect();
  const std::string payload(1 << 20, 'x');
  for (int i = 0; i < 20; ++i) fast.publish("in", payload);
  const Error error = slow.failure();
  CHECK(error.code() == ErrorCode::unreachable);
  CHECK(holds(error, "client-output-buffer-limit"));
}

TEST_CASE("a connection can be dropped at any moment, and made again") {
  RedisServer server;
  Peer peer(server.url());
  for (int polls = 0; polls < 12; ++polls) {
    peer.driver->connect(peer.sink);
    for (int i = 0; i < polls; ++i) peer.driver->poll(Milliseconds{1});
    peer.driver->disconnect();
  }
  peer.connect();
  peer.publish("in", "x");
  CHECK(peer.sink.answers.back() == "accepted 1");
}
