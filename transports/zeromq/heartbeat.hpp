#pragma once

#include <zmq.hpp>

namespace tubes::zeromq {

/// Lets a socket find out within seconds that the other side is cut off: a TCP connection alone
/// may look alive for hours.
inline void set_heartbeat(zmq::socket_t& socket) {
  socket.set(zmq::sockopt::heartbeat_ivl, 2'000);
  socket.set(zmq::sockopt::heartbeat_timeout, 5'000);
}

}  // namespace tubes::zeromq
