#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <tubes/bus/options.hpp>
#include <tubes/bus/url.hpp>

namespace tubes::zeromq {

struct BrokerOptions {
  std::size_t max_payload = 1 << 20;      ///< bytes, also of a retained value; more is refused.
                                          ///< A client that sends over four times this is cut off
  std::size_t retained_bytes = 64 << 20;  ///< with 160 for each key; more is refused
  int subscriber_queue = 100'000;         ///< messages that wait for one slow subscriber; what
                                          ///< overflows it is lost to that subscriber alone
  std::size_t max_sessions = 10'000;      ///< clients with confirmations at a time
  Milliseconds sweep_interval{5'000};     ///< how often clients that are gone are looked for

  /// Told of what is dropped, with counts, at most once a sweep_interval for each kind. Runs on
  /// the broker's thread, which waits for it; must not throw.
  std::function<void(const std::string&)> on_warning;
};

/// Counted in messages since the start, except where it says "now".
struct BrokerStats {
  std::uint64_t forwarded = 0;       ///< publishes handed to whoever subscribes
  std::uint64_t rejected = 0;        ///< publishes refused, and their confirmed session told so
  std::uint64_t dropped = 0;         ///< publishes refused that plain clients sent
  std::uint64_t malformed = 0;       ///< control messages that could not be read, dropped
  std::uint64_t overflows = 0;       ///< messages that found a subscriber's queue full, one or many
  std::uint64_t sessions = 0;        ///< now
  std::uint64_t retained_keys = 0;   ///< now
  std::uint64_t retained_bytes = 0;  ///< now
};

/// The broker that ZeroMQ buses meet at: takes what clients publish, hands it to whoever
/// subscribes, confirms it to clients that ask, keeps retained values. docs/ZEROMQ.md has the
/// protocol; a plain ZeroMQ client of any language can speak it.
///
/// Memory is bounded per client: what a publisher sends too fast waits on its own side, what a
/// subscriber reads too slowly is dropped for it alone, and never holds up another.
class Broker {
 public:
  /// Binds and starts its one thread. With key= and allow= in the URL it takes only clients that
  /// speak CURVE and whose public key is allowed; hosts other than loopback need them, or
  /// insecure=1. Throws Error{invalid_url}, also if a key cannot be read; Error{unsupported} if
  /// libzmq has no CURVE; Error{refused}, naming endpoint, cause and remedy, if the address cannot
  /// be bound.
  explicit Broker(const Url& url, const BrokerOptions& options = {});
  /// Stops; what was confirmed is still handed to connected subscribers, for at most a quarter of
  /// a second. Retained values are gone.
  ~Broker();
  Broker(Broker&&) = delete;

  /// The URL that buses connect to, with its port and its public key.
  const std::string& address() const noexcept;
  /// A snapshot. Any thread.
  BrokerStats stats() const;

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace tubes::zeromq
