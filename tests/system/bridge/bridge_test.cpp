#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>

#include <tubes/bridge/bridge.hpp>
#include <tubes/transports/open.hpp>

namespace tubes::bridge {
namespace {

using namespace std::chrono_literals;
using asio::ip::tcp;

/// The server's side of one IRC connection, line by line; blocking.
class IrcServer {
 public:
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void accept() {
    socket_ = acceptor_.accept();
    buffer_.clear();
  }
  void hang_up() { socket_.close(); }
  void send(const std::string& line) { asio::write(socket_, asio::buffer(line + "\r\n")); }
  std::string read() {
    const auto size = asio::read_until(socket_, asio::dynamic_buffer(buffer_), "\r\n");
    const auto line = buffer_.substr(0, size - 2);
    buffer_.erase(0, size);
    return line;
  }
  void let_in(const std::string& nick) {
    accept();
    CHECK(read() == "CAP LS 302");
    CHECK(read() == "NICK bot");
    CHECK(read() == "USER tubes 0 * :Tubes bridge");
    send(":s 001 " + nick + " :Welcome");
    send(":s 422 " + nick + " :MOTD File is missing");
    CHECK(read() == "JOIN #a");
  }

 private:
  asio::io_context io_;
  tcp::acceptor acceptor_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  tcp::socket socket_{io_};
  std::string buffer_;
};

/// What arrives on a topic, one after the other.
class Inbox {
 public:
  Inbox(Bus& bus, const char* topic)
      : subscription_(bus.subscribe(topic, [this](const Delivery& delivery) {
          const std::lock_guard lock{mutex_};
          payloads_.emplace_back(delivery.payload);
          arrived_.notify_all();
        })) {}

  template <class Event>
  Event next() {
    std::unique_lock lock{mutex_};
    REQUIRE(arrived_.wait_for(lock, 10s, [this] { return !payloads_.empty(); }));
    const auto decoded = decode(Role::in, payloads_.front());
    payloads_.pop_front();
    REQUIRE(decoded.envelope);
    REQUIRE(std::holds_alternative<Event>(decoded.envelope->message));
    return std::get<Event>(decoded.envelope->message);
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::string> payloads_;
  Subscription subscription_;
};

struct Bridged {
  IrcServer server;
  std::unique_ptr<Bus> bus = tubes::open("memory://bridge-test?dispatch=thread");
  Inbox in{*bus, "in"};
  Bridge bridge{*bus, config()};

  Config config() const {
    NetworkConfig network;
    network.servers = {{"127.0.0.1", server.port(), false}};
    network.session.network = "net";
    network.session.nick = "bot";
    network.session.user = "tubes";
    network.session.realname = "Tubes bridge";
    network.session.channels = {"#a"};
    network.admin_spew_channels = {"#a", "#ops"};
    Config config;
    config.networks.push_back(network);
    return config;
  }

  void say(const std::string& payload) { bus->publish("out", payload); }
};

TEST_CASE("what happens on IRC is published, and what is published is said") {
  Bridged b;
  b.bridge.start();
  b.server.let_in("bot_");
  CHECK(b.in.next<in::Connected>().nick == "bot_");
  b.server.send(":eve!e@h PRIVMSG #a :bot_: hello");
  CHECK(b.in.next<in::Privmsg>().message == "bot_: hello");
  CHECK(b.in.next<in::DirectedPrivmsg>().message == "hello");
  b.say(R"({"version":1,"type":"privmsg","data":{"to":"#a","message":"hi eve"}})");
  CHECK(b.server.read() == "PRIVMSG #a :hi eve");
  b.say(encode({out::Action{"#a", "waves", "net"}, {}, {}}, WireFormat::protobuf));
  CHECK(b.server.read() ==
        "PRIVMSG #a :\x01"
        "ACTION waves\x01");
  b.say(R"({"version":1,"type":"raw","command":"JOIN #b"})");
  CHECK(b.server.read() == "JOIN #b");
}

TEST_CASE("what cannot be read or must not be said changes nothing, and the next is said") {
  Bridged b;
  b.bridge.start();
  b.server.let_in("bot");
  CHECK(b.in.next<in::Connected>().nick == "bot");
  for (const char* bad :
       {"garbage", R"({"version":9,"type":"privmsg","data":{"to":"#a","message":"x"}})",
        R"({"version":1,"type":"privmsg","data":{"to":"#a\r\nQUIT","message":"x"}})",
        R"({"version":1,"type":"privmsg","data":{"to":"#a","message":"x","network":"other"}})",
        R"({"version":1,"type":"raw","data":{"command":"QUIT"}})",
        R"({"version":1,"type":"mystery","data":{}})"}) {
    b.say(bad);
  }
  b.say(R"({"version":1,"type":"privmsg","data":{"to":"#a","message":"still here"}})");
  CHECK(b.server.read() == "PRIVMSG #a :still here");
}

TEST_CASE("what throws while a network is served ends its connection, and nothing else") {
  IrcServer server;
  asio::io_context io;
  NetworkConfig config;
  config.servers = {{"127.0.0.1", server.port(), false}};
  config.session.nick = config.session.user = config.session.realname = "bot";
  bool told = false;
  StsStore sts{""};
  Network network{io,
                  config,
                  sts,
                  {[&](const Message& event) {
                     if (std::holds_alternative<in::Connected>(event)) {
                       throw std::runtime_error("no");
                     }
                     told = std::holds_alternative<in::Disconnected>(event);
                   },
                   [](const std::string&) {}}};
  std::thread served{[&] {
    server.accept();
    server.send(":s 001 bot :Welcome");
  }};
  network.start();
  while (!told) REQUIRE(io.run_one_for(10s) == 1);
  network.quit("enough");
  served.join();
}

TEST_CASE("a lost connection is told and made again, and stopping says goodbye") {
  Bridged b;
  b.bridge.start();
  b.server.let_in("bot");
  CHECK(b.in.next<in::Connected>().nick == "bot");
  b.server.hang_up();
  CHECK(b.in.next<in::Disconnected>().reason == "connection lost: End of file");
  b.server.let_in("bot");
  CHECK(b.in.next<in::Connected>().nick == "bot");
  CHECK(b.bus->get("admin_spew_channels") == "#a,#ops");
  b.bridge.stop();
  CHECK(b.server.read() == "QUIT :tubes-bridge stops");
  CHECK_FALSE(b.bus->get("nick"));
}

}  // namespace
}  // namespace tubes::bridge
