#include <chrono>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>
#include <zmq.hpp>

#include <tubes/transports/zeromq/broker.hpp>

#include "peer.hpp"
#include "place.hpp"

using namespace tubes::test;
using tubes::Url;
using tubes::zeromq::Broker;

namespace {

using Frames = std::vector<std::string>;
constexpr std::chrono::seconds longest{10};

/// A DEALER and a SUB without a word of Tubes: what a client in any language has.
struct PlainClient {
  explicit PlainClient(const Url& url)
      : dealer(context, zmq::socket_type::dealer), sub(context, zmq::socket_type::sub) {
    for (auto* socket : {&dealer, &sub}) {
      socket->set(zmq::sockopt::linger, 0);
      socket->set(zmq::sockopt::rcvtimeo, static_cast<int>(longest / std::chrono::milliseconds(1)));
    }
    dealer.connect("tcp://127.0.0.1:" + std::to_string(*url.port));
    sub.connect("tcp://127.0.0.1:" + std::to_string(*url.port + 1));
  }

  void send(std::initializer_list<std::string_view> frames) {
    std::size_t left = frames.size();
    for (auto frame : frames)
      dealer.send(zmq::buffer(frame),
                  --left > 0 ? zmq::send_flags::sndmore : zmq::send_flags::none);
  }

  /// Subscribes, and waits for the broker's word that it did.
  void subscribe(const std::string& prefix) {
    sub.set(zmq::sockopt::subscribe, prefix);
    sub.set(zmq::sockopt::subscribe, "$ready.plain");
    REQUIRE(receive(sub) == Frames{"$ready.plain", ""});
  }

  static Frames receive(zmq::socket_t& socket) {
    Frames frames;
    zmq::message_t frame;
    do {
      REQUIRE_MESSAGE(socket.recv(frame).has_value(), "nothing came within ten seconds");
      frames.push_back(frame.to_string());
    } while (frame.more());
    return frames;
  }

  bool has_nothing() {
    zmq::message_t frame;
    return !dealer.recv(frame, zmq::recv_flags::dontwait).has_value();
  }

  zmq::context_t context;
  zmq::socket_t dealer, sub;
};

/// Of this process: the broker's and the clients' memory together.
long resident_megabytes() {
  long size = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident * sysconf(_SC_PAGESIZE) >> 20;
}

}  // namespace

TEST_CASE("a plain client publishes two frames and receives two frames, and nothing else") {
  const auto url = free_url();
  const Broker broker(url);
  PlainClient client(url);
  client.subscribe("in");
  client.send({"in", "hello"});
  CHECK(PlainClient::receive(client.sub) == Frames{"in", "hello"});
  CHECK(broker.stats().sessions == 0);
  CHECK(client.has_nothing());
}

TEST_CASE("a plain client and a driver hear each other") {
  const auto url = free_url();
  const Broker broker(url);
  PlainClient client(url);
  Peer peer(url);
  peer.connect();
  peer.subscribe("out");
  client.subscribe("in");
  client.send({"out", "from outside"});
  peer.poll_until([&] { return !peer.heard.messages.empty(); });
  CHECK(peer.heard.messages[0].payload == "from outside");
  peer.send("in", "from inside");
  CHECK(PlainClient::receive(client.sub) == Frames{"in", "from inside"});
}

TEST_CASE("a hello is answered with the version and the broker's name, publishes with a count") {
  const auto url = free_url();
  const Broker broker(url);
  PlainClient client(url);
  client.send({"$hello", "1"});
  const auto welcome = PlainClient::receive(client.dealer);
  REQUIRE(welcome.size() == 3);
  CHECK(welcome[0] == "$hello");
  CHECK(welcome[1] == "1");
  CHECK(welcome[2].size() == 16);
  client.send({"in", "x"});
  CHECK(PlainClient::receive(client.dealer) == Frames{"$ack", std::string("\0\0\0\0\0\0\0\1", 8)});
}

TEST_CASE("a refused publish is answered once, with its number, and the next one with the next") {
  const auto url = free_url();
  const Broker broker(url);
  PlainClient client(url);
  client.send({"$hello", "1"});
  PlainClient::receive(client.dealer);
  client.send({"no topic", "x"});
  const auto rejected = PlainClient::receive(client.dealer);
  REQUIRE(rejected.size() == 3);
  CHECK(rejected[0] == "$reject");
  CHECK(rejected[1] == std::string("\0\0\0\0\0\0\0\1", 8));
  client.send({"in", "x"});
  CHECK(PlainClient::receive(client.dealer) == Frames{"$ack", std::string("\0\0\0\0\0\0\0\2", 8)});
}

TEST_CASE("a hello of another version is refused with the version that is spoken") {
  const auto url = free_url();
  const Broker broker(url);
  PlainClient client(url);
  client.send({"$hello", "2"});
  const auto refused = PlainClient::receive(client.dealer);
  REQUIRE(refused.size() == 2);
  CHECK(refused[0] == "$refuse");
  CHECK(refused[1].find("version 1") != std::string::npos);
}

TEST_CASE("a plain client reads a retained value with three frames") {
  const auto url = free_url();
  const Broker broker(url);
  PlainClient client(url);
  const std::string id = "\1\2\3\4\5\6\7\10";
  client.send({"$put", id, "nick", "zbot"});
  CHECK(PlainClient::receive(client.dealer) == Frames{"$answer", id, "none", ""});
  client.send({"$get", id, "nick"});
  CHECK(PlainClient::receive(client.dealer) == Frames{"$answer", id, "value", "zbot"});
}

TEST_CASE("a large value that many answers carry is in the broker's memory once") {
  const auto url = free_url();
  const Broker broker(url);
  PlainClient client(url);
  client.dealer.set(zmq::sockopt::rcvhwm, 1);
  const std::string id(8, 'i');
  client.send({"$put", id, "nick", std::string(1 << 20, 'x')});
  PlainClient::receive(client.dealer);
  const auto before = resident_megabytes();
  for (int i = 0; i < 500; ++i) client.send({"$get", id, "nick"});
  client.send({"in", "after them all"});
  Peer watcher(url);
  watcher.connect();
  watcher.poll_until([&] { return broker.stats().forwarded == 1; });
  CHECK(resident_megabytes() < before + 100);
}

TEST_CASE("what a plain client sends wrongly is counted and dropped, and it hears nothing") {
  const auto url = free_url();
  const Broker broker(url);
  PlainClient client(url);
  client.subscribe("");
  client.send({"bad topic", "x"});
  client.send({"$ready.forged", "x"});
  client.send({"in"});
  client.send({"in", "x", "y"});
  client.send({"in", "1", "2", "3", "4", "5", "6", "7", "8"});
  client.send({"$get", "short", "nick"});
  client.send({"in", "good"});
  CHECK(PlainClient::receive(client.sub) == Frames{"in", "good"});
  Peer peer(url);
  peer.connect();
  peer.poll_until([&] { return broker.stats().forwarded == 1; });
  CHECK(broker.stats().dropped == 5);
  CHECK(broker.stats().malformed == 1);
  CHECK(client.has_nothing());
}

TEST_CASE("the broker carries what buses say to each other, and still keeps its own words") {
  const auto url = free_url();
  const Broker broker(url);
  PlainClient client(url);
  Peer peer(url);
  peer.connect();
  for (const auto& topic : {std::string("$heartbeat"), "$stats." + std::string(32, 'a')}) {
    peer.driver().subscribe(tubes::Filter::own(topic));
    peer.poll_until([&] { return !peer.heard.live.empty() && peer.heard.live.back() == topic; });
    client.send({"$ready." + topic.substr(1), "forged"});
    client.send({topic, "by hand"});
    peer.poll_until([&] { return !peer.heard.messages.empty(); });
    CHECK(peer.heard.messages == std::vector{RecordingSink::Message{topic, "by hand", ""}});
    peer.heard.messages.clear();
  }
  peer.poll_until([&] { return broker.stats().dropped == 2; });
  const std::string id = "12345678";
  client.send({"$get", id, "nick"});
  CHECK(PlainClient::receive(client.dealer) == Frames{"$answer", id, "none", ""});
}
