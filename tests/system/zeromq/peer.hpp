#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tubes/bus/driver.hpp>
#include <tubes/transports/zeromq/zeromq.hpp>

namespace tubes::zeromq::testing {

/// A driver and a Sink that writes down what it is told. It is driven by hand, without an engine.
class Peer final : public Sink {
 public:
  explicit Peer(const Url& url, const BusOptions& options = {});

  /// Starts to connect, and polls until the connection is up.
  void connect();
  /// Subscribes and polls until it is live.
  void subscribe(const std::string& filter);
  /// Sends, polling whenever there is no room; does not wait for the confirmation.
  void send(const std::string& topic, const std::string& payload);
  /// Starts the call and polls for its answer. Throws the Error of one that failed.
  std::optional<std::string> call(RetainedCall::Kind kind, const std::string& key,
                                  const std::string& value = {});
  /// Polls until `done`; fails the test at a deadline of ten seconds.
  void poll_until(const std::function<bool()>& done);
  /// Polls until poll() throws, and returns what.
  Error poll_until_it_throws();

  Driver& driver() noexcept { return *driver_; }

  bool is_connected = false;
  std::vector<std::string> live;
  std::vector<std::pair<std::string, std::string>> messages;
  std::size_t confirmed = 0;
  std::vector<std::string> log;  ///< "accepted 3" and "rejected <why>", in order

 private:
  void connected() override { is_connected = true; }
  void subscribed(const std::string& filter) override { live.push_back(filter); }
  void received(std::string_view topic, std::string_view payload, std::string_view) override {
    messages.emplace_back(topic, payload);
  }
  void accepted(std::size_t count) override;
  void rejected(std::string_view why) override;
  void answered(std::uint64_t id, std::optional<std::string> value) override {
    answers_[id] = std::move(value);
  }
  void failed(std::uint64_t id, const Error& error) override { failures_.emplace(id, error); }

  std::unique_ptr<Driver> driver_;
  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, std::optional<std::string>> answers_;
  std::map<std::uint64_t, Error> failures_;
};

}  // namespace tubes::zeromq::testing
