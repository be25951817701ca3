#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <zmq.hpp>

#include <tubes/tests/support/temp_folder.hpp>
#include <tubes/transports/zeromq/broker.hpp>
#include <tubes/transports/zeromq/key_files.hpp>

#include "peer.hpp"
#include "place.hpp"

using namespace tubes::test;
using namespace tubes::zeromq;
using tubes::ErrorCode;
using tubes::Url;
using Kind = tubes::RetainedCall::Kind;

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A broker's key, and the folder of the clients' keys that it allows.
struct Keys {
  Keys() {
    std::filesystem::create_directory(allowed());
    server = write_new_keys(folder.path() / "broker").public_key;
  }

  std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  std::string allowed() const { return path("allowed"); }

  /// The file of a new secret key.
  std::string stranger(const std::string& name) const {
    write_new_keys(path(name));
    return path(name);
  }
  /// The file of a new secret key that is allowed.
  std::string client(const std::string& name) const {
    const auto file = stranger(name);
    std::filesystem::copy_file(file + ".pub", allowed() + "/" + name + ".pub");
    return file;
  }

  Url broker_url() const { return with("key=" + path("broker") + "&allow=" + allowed()); }
  Url open_broker_url() const { return with("key=" + path("broker") + "&allow=anyone"); }
  Url client_url(const std::string& key) const {
    return with("server_key=" + hexadecimal(server) + "&key=" + key);
  }
  Url with(const std::string& parameters) const {
    return Url::parse(place.shown() + "?" + parameters);
  }

  TempFolder folder;
  Key server{};
  Url place = free_url();
};

/// What a broker warns of.
class Warned {
 public:
  BrokerOptions options() {
    BrokerOptions options;
    options.on_warning = [this](const std::string& text) {
      const std::lock_guard lock(mutex_);
      text_ += text + "\n";
    };
    return options;
  }
  std::string text() {
    const std::lock_guard lock(mutex_);
    return text_;
  }

 private:
  std::mutex mutex_;
  std::string text_;
};

tubes::Error error_of_connecting(const Url& url) {
  Peer peer(url);
  peer.driver().connect(peer.heard);
  return peer.poll_until_it_throws();
}

/// Waits until the broker has warned of `what`.
void check_warned(Warned& warned, const std::string& what) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!contains(warned.text(), what) && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  CHECK_MESSAGE(contains(warned.text(), what), warned.text());
}

}  // namespace

TEST_CASE("over CURVE allowed clients publish, receive, and share retained values") {
  const Keys keys;
  const Broker broker(keys.broker_url());
  CHECK(broker.address() == keys.place.shown() + "?server_key=" + hexadecimal(keys.server));
  Peer publisher(keys.client_url(keys.client("one")));
  Peer subscriber(keys.client_url(keys.client("two")));
  publisher.connect();
  subscriber.connect();
  subscriber.subscribe("in");
  const std::vector<RecordingSink::Message> sent{{"in", std::string("a\0b\xff", 4), ""},
                                                 {"in", "", ""},
                                                 {"in", std::string(1 << 20, 'x'), ""}};
  for (const auto& message : sent) publisher.send(message.topic, message.payload);
  publisher.poll_until([&] { return publisher.heard.accepted_count == sent.size(); });
  subscriber.poll_until([&] { return subscriber.heard.messages.size() == sent.size(); });
  CHECK(subscriber.heard.messages == sent);
  CHECK(publisher.call(Kind::put, "nick", "zbot") == "done");
  CHECK(subscriber.call(Kind::get, "nick") == "= zbot");
}

TEST_CASE("over CURVE many messages arrive in order, each once, on topics of any length") {
  constexpr std::size_t count = 20'000;
  const Keys keys;
  const Broker broker(keys.broker_url());
  Peer peer(keys.client_url(keys.client("one")));
  peer.connect();
  const std::string topic(255, 't');
  peer.subscribe(topic);
  for (std::size_t i = 0; i < count; ++i) peer.send(topic, std::to_string(i));
  peer.poll_until(
      [&] { return peer.heard.messages.size() >= count && peer.heard.accepted_count == count; });
  REQUIRE(peer.heard.messages.size() == count);
  for (std::size_t i = 0; i < count; ++i)
    REQUIRE(peer.heard.messages[i].payload == std::to_string(i));
}

TEST_CASE("over CURVE a broker that comes back is found again") {
  const Keys keys;
  std::optional<Broker> broker(std::in_place, keys.broker_url());
  Peer peer(keys.client_url(keys.client("one")));
  peer.connect();
  broker.reset();
  CHECK(peer.poll_until_it_throws().code() == ErrorCode::unreachable);
  peer.driver().disconnect();
  broker.emplace(keys.broker_url());
  peer.connect();
  peer.subscribe("in");
  peer.send("in", "again");
  peer.poll_until([&] { return !peer.heard.messages.empty() && peer.heard.accepted_count == 1; });
}

TEST_CASE("over CURVE unix sockets work as well") {
  const Keys keys;
  const auto place = "zmq+ipc://" + keys.path("bus") + "?";
  const Broker broker(
      Url::parse(place + "key=" + keys.path("broker") + "&allow=" + keys.allowed()));
  Peer peer(
      Url::parse(place + "server_key=" + hexadecimal(keys.server) + "&key=" + keys.client("one")));
  peer.connect();
  CHECK(contains(error_of_connecting(Url::parse(place + "insecure=1")).what(), "CURVE"));
}

TEST_CASE("a key that is not allowed is refused by name, at the client and at the broker") {
  const Keys keys;
  Warned warned;
  const Broker broker(keys.broker_url(), warned.options());
  const auto file = keys.stranger("stranger");
  const auto own = hexadecimal(public_key_of(file + ".pub"));
  const auto error = error_of_connecting(keys.client_url(file));
  CHECK(error.code() == ErrorCode::refused);
  CHECK(contains(error.what(),
                 "the broker at " + keys.place.shown() + " does not allow the public key " + own));
  check_warned(warned,
               "a client was refused, for its key is not allowed: from 127.0.0.1, public "
               "key " +
                   own + "; to let it in, add that to " + keys.allowed());
  CHECK(broker.stats().sessions == 0);
}

TEST_CASE(
    "a key is allowed from the moment that its file is there, and no longer once it is gone") {
  const Keys keys;
  const Broker broker(keys.broker_url());
  const auto file = keys.stranger("late");
  CHECK(error_of_connecting(keys.client_url(file)).code() == ErrorCode::refused);
  const auto entry = keys.allowed() + "/late.pub";
  std::filesystem::copy_file(file + ".pub", entry);
  Peer(keys.client_url(file)).connect();
  std::filesystem::remove(entry);
  CHECK(error_of_connecting(keys.client_url(file)).code() == ErrorCode::refused);
}

TEST_CASE("an empty folder of allowed keys lets in nobody but the broker's own process") {
  const Keys keys;
  const Broker broker(keys.broker_url());
  CHECK(error_of_connecting(keys.client_url(keys.stranger("one"))).code() == ErrorCode::refused);
  Peer(keys.broker_url()).connect();
}

TEST_CASE("a broker that allows anyone takes clients without a key of their own") {
  const Keys keys;
  const Broker broker(keys.open_broker_url());
  Peer(keys.with("server_key=" + keys.path("broker") + ".pub")).connect();
}

TEST_CASE("a wrong server_key is an error that says so, and the broker warns") {
  const Keys keys;
  Warned warned;
  const Broker broker(keys.open_broker_url(), warned.options());
  const auto error =
      error_of_connecting(keys.with("server_key=" + hexadecimal(new_keys().public_key)));
  CHECK(error.code() == ErrorCode::refused);
  CHECK(contains(error.what(), "another key than server_key says"));
  check_warned(warned, "a client with another server_key was refused");
}

TEST_CASE("a client without CURVE is refused by a broker with it, and both say so") {
  const Keys keys;
  Warned warned;
  const Broker broker(keys.open_broker_url(), warned.options());
  const auto error = error_of_connecting(keys.place);
  CHECK(contains(error.what(), "CURVE"));
  check_warned(warned, "a client without CURVE");
}

TEST_CASE("a client with CURVE refuses a broker without") {
  const Keys keys;
  const Broker broker(keys.place);
  const auto error = error_of_connecting(keys.with("server_key=" + hexadecimal(keys.server)));
  CHECK(error.code() == ErrorCode::refused);
  CHECK(contains(error.what(), "CURVE"));
}

/// Neither port says a word to a plain ZeroMQ socket.
TEST_CASE("both ports of a broker with a key are closed to strangers") {
  const Keys keys;
  Warned warned;
  const Broker broker(keys.broker_url(), warned.options());
  Peer member(keys.client_url(keys.client("one")));
  member.connect();
  member.subscribe("in");
  zmq::context_t context;
  zmq::socket_t dealer(context, zmq::socket_type::dealer), sub(context, zmq::socket_type::sub);
  sub.set(zmq::sockopt::subscribe, "");
  for (auto* socket : {&dealer, &sub}) socket->set(zmq::sockopt::linger, 0);
  dealer.connect("tcp://127.0.0.1:" + std::to_string(*keys.place.port));
  sub.connect("tcp://127.0.0.1:" + std::to_string(*keys.place.port + 1));
  dealer.send(zmq::buffer(std::string_view("in")), zmq::send_flags::sndmore);
  dealer.send(zmq::buffer(std::string_view("forged")), zmq::send_flags::none);
  check_warned(warned, "a client without CURVE");
  member.send("in", "genuine");
  member.poll_until([&] { return !member.heard.messages.empty(); });
  CHECK(member.heard.messages[0].payload == "genuine");
  CHECK(broker.stats().forwarded == 1);
  zmq::message_t frame;
  CHECK_FALSE(sub.recv(frame, zmq::recv_flags::dontwait));
}
