#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <zmq.hpp>

#include <tubes/bus/clock.hpp>

#include "peer.hpp"
#include "place.hpp"

using namespace tubes::test;
using tubes::ErrorCode;
using tubes::Url;

namespace {

/// Two sockets where a broker should be, which answer only what a test wants.
struct HostileBroker {
  HostileBroker()
      : url(free_url()),
        router(context, zmq::socket_type::router),
        xpub(context, zmq::socket_type::xpub) {
    for (auto* socket : {&router, &xpub}) socket->set(zmq::sockopt::linger, 0);
    router.bind("tcp://127.0.0.1:" + std::to_string(*url.port));
    xpub.bind("tcp://127.0.0.1:" + std::to_string(*url.port + 1));
  }

  /// Takes what the client sent, welcomes it, and answers all but the first `unanswered` probes.
  void serve() {
    zmq::message_t frame;
    while (router.recv(frame, zmq::recv_flags::dontwait)) {
      if (client.empty()) client = frame.to_string();
      if (frame.to_string_view() == "$hello") reply({"$hello", "1", "me"});
    }
    while (xpub.recv(frame, zmq::recv_flags::dontwait)) {
      subscriptions.push_back(frame.to_string());
      const auto topic = frame.to_string().substr(1);
      if (subscriptions.back().starts_with("\1$ready.") && unanswered-- <= 0) {
        xpub.send(zmq::buffer(topic), zmq::send_flags::sndmore);
        xpub.send(zmq::message_t(), zmq::send_flags::none);
      }
    }
  }

  void reply(std::initializer_list<std::string_view> frames) {
    router.send(zmq::buffer(client), zmq::send_flags::sndmore);
    std::size_t left = frames.size();
    for (auto frame : frames)
      router.send(zmq::buffer(frame),
                  --left > 0 ? zmq::send_flags::sndmore : zmq::send_flags::none);
  }

  void accept(Peer& peer) {
    peer.driver().connect(peer.heard);
    poll_until(peer, [&] { return peer.heard.is_connected; });
  }

  template <class Done>
  void poll_until(Peer& peer, Done done) {
    peer.poll_until([&] {
      serve();
      peer.driver().poll(tubes::Milliseconds(1));
      return done();
    });
  }

  Url url;
  zmq::context_t context;
  zmq::socket_t router, xpub;
  std::string client;
  std::vector<std::string> subscriptions;
  int unanswered = 0;
};

/// The error of a connected driver that is sent `frames`.
tubes::Error error_after(std::initializer_list<std::string_view> frames) {
  HostileBroker broker;
  Peer peer(broker.url);
  broker.accept(peer);
  broker.reply(frames);
  return peer.poll_until_it_throws();
}

}  // namespace

TEST_CASE("a probe's topic is given up once it was answered") {
  HostileBroker broker;
  Peer peer(broker.url);
  broker.accept(peer);
  const auto gone = [](const std::string& frame) {
    return frame.starts_with(std::string("\0$ready.", 8));
  };
  broker.poll_until(peer, [&] { return std::ranges::count_if(broker.subscriptions, gone) == 1; });
}

TEST_CASE("a filter is live in spite of a probe that was not answered") {
  HostileBroker broker;
  Peer peer(broker.url);
  broker.accept(peer);
  broker.unanswered = 1;
  peer.driver().subscribe(tubes::Filter("in"));
  broker.poll_until(peer, [&] { return !peer.heard.live.empty(); });
  CHECK(broker.unanswered < 0);
}

TEST_CASE("a confirmation of what was never sent is an error") {
  const std::string one("\0\0\0\0\0\0\0\1", 8);
  for (const auto& error :
       {error_after({"$ack", one}), error_after({"$reject", one, "no"}),
        error_after({"$reject", std::string_view("\0\0\0\0\0\0\0\0", 8), "no"})}) {
    CHECK(error.code() == ErrorCode::refused);
    CHECK(std::string(error.what()).find("speaks something else") != std::string::npos);
  }
}

TEST_CASE("a broker that confirms nothing any more is an error, so that the bus connects anew") {
  tubes::VirtualClock clock;
  tubes::BusOptions options;
  options.clock = &clock;
  HostileBroker broker;
  Peer peer(broker.url, options);
  broker.accept(peer);
  peer.send("in", "x");
  clock.advance(std::chrono::milliseconds(9'999));
  peer.driver().poll(tubes::Milliseconds(0));
  clock.advance(std::chrono::milliseconds(1));
  const auto error = peer.poll_until_it_throws();
  CHECK(error.code() == ErrorCode::unreachable);
  CHECK(std::string(error.what()).find("confirmed nothing for 10 s") != std::string::npos);
}

TEST_CASE("a message far beyond every limit costs the broker that sends it the connection") {
  HostileBroker broker;
  Peer peer(broker.url);
  broker.accept(peer);
  broker.reply({"$reject", std::string_view("\0\0\0\0\0\0\0\1", 8), std::string(5 << 20, 'x')});
  CHECK(std::string(peer.poll_until_it_throws().what()).find("closed") != std::string::npos);
}

TEST_CASE("an answer that is none of the protocol is an error") {
  CHECK(error_after({"what", "ever"}).code() == ErrorCode::refused);
  CHECK(error_after({"$ack"}).code() == ErrorCode::refused);
}
