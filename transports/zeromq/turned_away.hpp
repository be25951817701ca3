#pragma once

#include <string>
#include <utility>

#include <zmq.hpp>

#include <tubes/transports/zeromq/monitor.hpp>
#include <tubes/transports/zeromq/warnings.hpp>

namespace tubes::zeromq {

/// Warns of those who tried to connect to a broker and did not get through the handshake. Those
/// whose key is not allowed are the Doorkeeper's. One thread.
class TurnedAway {
 public:
  /// Before the sockets are bound; they and `warnings` outlive this.
  TurnedAway(zmq::context_t& context, zmq::socket_t& router, zmq::socket_t& xpub, bool secured,
             Warnings& warnings);

  /// Tells what happened; never waits. Must be called whenever there are events, or libzmq waits.
  void report();
  zmq::socket_t& router_events() noexcept { return router_.events(); }
  zmq::socket_t& xpub_events() noexcept { return xpub_.events(); }

 private:
  Monitor router_, xpub_;
  bool secured_;
  Warnings& warnings_;
};

/// What the broker warns of: which kind of fault, and what to do about it.
std::pair<std::string, std::string> handshake_warning(const SocketEvent& event, bool secured);

}  // namespace tubes::zeromq
