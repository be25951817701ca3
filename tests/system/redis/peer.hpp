#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include <tubes/tests/support/recording_sink.hpp>
#include <tubes/transports/redis/redis.hpp>

namespace tubes::test {

/// A driver with its sink, polled by hand.
struct Peer {
  RecordingSink sink;
  std::unique_ptr<Driver> driver;

  explicit Peer(const std::string& url, const BusOptions& options = {})
      : driver(redis::make_driver(Url::parse(url), options)) {}

  /// Polls until `condition()`; throws what poll() throws, or std::runtime_error after 10 s.
  template <class Condition>
  void poll_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition()) {
      if (std::chrono::steady_clock::now() >= end) throw std::runtime_error("waited in vain");
      driver->poll(Milliseconds{100});
    }
  }

  void connect() {
    sink.is_connected = false;
    driver->connect(sink);
    poll_until([&] { return sink.is_connected; });
  }

  void subscribe(const std::string& filter) {
    const auto before = sink.live.size();
    driver->subscribe(Filter(filter));
    poll_until([&] { return sink.live.size() > before; });
  }

  /// Sends the message and waits for the answer.
  void publish(const std::string& topic, const std::string& payload) {
    const Outgoing message{topic, payload};
    const Outgoing* const one[] = {&message};
    const auto before = sink.answers.size();
    if (driver->send(one) != 1) throw std::runtime_error("no room for one message");
    poll_until([&] { return sink.answers.size() > before; });
  }

  /// The answer as RecordingSink writes it.
  std::string call(const RetainedCall& call) {
    const auto before = sink.answers.size();
    driver->call(call);
    poll_until([&] { return sink.answers.size() > before; });
    return sink.answers.back();
  }

  void poll_until_messages(std::size_t count) {
    poll_until([&] { return sink.messages.size() >= count; });
  }

  /// The Error that ends the connection.
  Error failure() {
    try {
      poll_until([] { return false; });
    } catch (const Error& error) {
      driver->disconnect();
      return error;
    }
    throw std::logic_error("unreachable");
  }
};

}  // namespace tubes::test
