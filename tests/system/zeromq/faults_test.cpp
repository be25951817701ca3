#include <optional>
#include <string>

#include <doctest/doctest.h>

#include <tubes/tests/support/ports.hpp>
#include <tubes/tests/support/temp_folder.hpp>
#include <tubes/transports/zeromq/broker.hpp>
#include <tubes/transports/zeromq/driver.hpp>

#include "peer.hpp"
#include "place.hpp"

using namespace tubes::test;
using tubes::ErrorCode;
using tubes::Url;
using tubes::zeromq::Broker;
using tubes::zeromq::BrokerOptions;

namespace {

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

tubes::Error error_of_connecting(const std::string& url) {
  Peer peer(Url::parse(url));
  peer.driver().connect(peer.heard);
  return peer.poll_until_it_throws();
}

}  // namespace

TEST_CASE("connecting where nobody listens is an error that names address, cause and remedy") {
  const auto url = free_url().shown();
  const auto error = error_of_connecting(url);
  CHECK(error.code() == ErrorCode::unreachable);
  CHECK(std::string(error.what()) == "no broker answers at " + url +
                                         " (cannot connect); start one with: tubes broker --bind " +
                                         url);
}

TEST_CASE("connecting to a unix socket that is not there is an error") {
  const TempFolder folder;
  const auto error = error_of_connecting("zmq+ipc://" + folder.path().string() + "/none");
  CHECK(error.code() == ErrorCode::unreachable);
}

TEST_CASE("a host that has no address is an error") {
  const auto error = error_of_connecting("zmq://no-such-host.invalid:5550");
  CHECK(error.code() == ErrorCode::unreachable);
}

TEST_CASE("of the addresses of a name the one that answered is the first to be tried again") {
  const auto port = free_port(2);
  const Broker broker(Url::parse("zmq://127.0.0.1:" + std::to_string(port)));
  const auto url = Url::parse("zmq://broker.example:" + std::to_string(port));
  Peer peer(tubes::zeromq::make_driver(url, {}, [](const std::string&) {
    return std::vector<std::string>{"127.0.0.9", "127.0.0.1"};
  }));
  peer.driver().connect(peer.heard);
  (void)peer.poll_until_it_throws();  // nobody is at the first one
  peer.driver().disconnect();
  for (int round = 0; round < 3; ++round) {
    peer.connect();
    peer.driver().disconnect();
  }
}

TEST_CASE("a broker that stops is noticed, and found again once it is back") {
  const auto url = free_url();
  std::optional<Broker> broker(std::in_place, url);
  Peer peer(url);
  peer.connect();
  broker.reset();
  const auto error = peer.poll_until_it_throws();
  CHECK(error.code() == ErrorCode::unreachable);
  CHECK(contains(error.what(), "lost the broker at " + url.shown()));
  peer.driver().disconnect();
  broker.emplace(url);
  peer.connect();
  peer.subscribe("in");
  peer.send("in", "again");
  peer.poll_until([&] { return !peer.heard.messages.empty() && peer.heard.accepted_count == 1; });
}

TEST_CASE("what was confirmed before a disconnect is received") {
  const auto url = free_url();
  const Broker broker(url);
  Peer publisher(url), subscriber(url);
  publisher.connect();
  subscriber.connect();
  subscriber.subscribe("in");
  for (int i = 0; i < 1'000; ++i) publisher.send("in", "x");
  publisher.poll_until([&] { return publisher.heard.accepted_count == 1'000; });
  publisher.driver().disconnect();
  subscriber.poll_until([&] { return subscriber.heard.messages.size() == 1'000; });
}

TEST_CASE("refused messages are told in their place among the accepted ones") {
  const auto url = free_url();
  BrokerOptions options;
  options.max_payload = 10;
  const Broker broker(url, options);
  Peer peer(url);
  peer.connect();
  peer.send("in", "1");
  peer.send("in", "2");
  peer.send("in", std::string(11, 'x'));
  peer.send("no topic", "");
  peer.send("$hidden", "");
  peer.send("in", "3");
  peer.poll_until([&] { return peer.heard.accepted_count == 3 && peer.heard.answers.size() >= 5; });
  std::string rejected;
  std::size_t accepted_first = 0;
  for (const auto& line : peer.heard.answers)
    if (line.starts_with("rejected"))
      rejected += line + "\n";
    else if (rejected.empty())
      accepted_first += std::stoul(line.substr(9));
  CHECK(accepted_first == 2);
  CHECK(contains(rejected, "11 bytes is over the broker's limit of 10\nrejected: invalid topic"));
  CHECK(contains(rejected, "\nrejected: topics that begin with $ are the bus's own"));
  CHECK(peer.heard.answers.back() == "accepted 1");
}

TEST_CASE("a broker that is full refuses a further client and says so") {
  const auto url = free_url();
  BrokerOptions options;
  options.max_sessions = 1;
  const Broker broker(url, options);
  Peer first(url);
  first.connect();
  const auto error = error_of_connecting(url.shown());
  CHECK(error.code() == ErrorCode::refused);
  CHECK(contains(error.what(), "as many clients as it takes"));
}
