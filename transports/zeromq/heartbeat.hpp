#pragma once

#include <chrono>

#include <zmq.hpp>

namespace tubes::zeromq {

/// Lets a socket find out that the other side is cut off: a TCP connection alone may look alive
/// for hours.
inline void set_heartbeat(zmq::socket_t& socket, std::chrono::seconds timeout) {
  socket.set(zmq::sockopt::heartbeat_ivl, 2'000);
  socket.set(zmq::sockopt::heartbeat_timeout,
             static_cast<int>(std::chrono::milliseconds(timeout).count()));
}

}  // namespace tubes::zeromq
