#pragma once

#include <functional>
#include <memory>
#include <string>

#include <tubes/bus/driver.hpp>
#include <tubes/bus/url.hpp>
#include <tubes/tests/support/recording_sink.hpp>

namespace tubes::test {

/// A driver that is driven by hand, without an engine; what it says is written down.
class Peer {
 public:
  explicit Peer(const Url& url, const BusOptions& options = {});
  explicit Peer(std::unique_ptr<Driver> driver) : driver_(std::move(driver)) {}

  /// Starts to connect, and polls until the connection is up.
  void connect();
  /// Subscribes and polls until it is live.
  void subscribe(const std::string& filter);
  /// Sends, polling whenever there is no room; does not wait for the confirmation.
  void send(const std::string& topic, const std::string& payload);
  /// Starts the call and polls for its answer: "= value", "done" or "failed: why".
  std::string call(RetainedCall::Kind kind, const std::string& key, const std::string& value = {});
  /// Polls until `done`; fails the test at a deadline of ten seconds.
  void poll_until(const std::function<bool()>& done);
  /// Polls until poll() throws, and returns what.
  Error poll_until_it_throws();

  Driver& driver() noexcept { return *driver_; }

  RecordingSink heard;

 private:
  std::unique_ptr<Driver> driver_;
  std::uint64_t last_id_ = 0;
};

}  // namespace tubes::test
