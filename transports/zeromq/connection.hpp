#pragma once

#include <optional>

#include <zmq.hpp>

#include <tubes/bus/options.hpp>
#include <tubes/transports/zeromq/endpoints.hpp>
#include <tubes/transports/zeromq/monitor.hpp>
#include <tubes/transports/zeromq/security.hpp>
#include <tubes/transports/zeromq/trouble.hpp>
#include <tubes/transports/zeromq/wakeup.hpp>

namespace tubes::zeromq {

/// The two sockets of one connection to a broker. It never reconnects: once there is trouble() it
/// is to be replaced. Destroying it drops what was not sent. One thread.
class Connection {
 public:
  /// Starts to connect, with CURVE if there are `keys`. `wakeup` outlives this. Throws
  /// zmq::error_t.
  Connection(const Endpoints& endpoints, const std::optional<ClientKeys>& keys,
             const Wakeup& wakeup, const BusOptions& options);

  /// A DEALER without a limit: whoever sends bounds what is unanswered.
  zmq::socket_t& requests() noexcept { return requests_; }
  zmq::socket_t& messages() noexcept { return messages_; }

  /// Waits until something arrived, something broke, or the wake-up; clears that.
  void wait(Milliseconds longest);
  /// What broke, if something did: the first cause.
  std::optional<Trouble> trouble();

 private:
  const Wakeup& wakeup_;
  zmq::context_t context_;
  zmq::socket_t requests_, messages_;
  Monitor requests_monitor_, messages_monitor_;
  std::optional<Trouble> trouble_;
};

}  // namespace tubes::zeromq
