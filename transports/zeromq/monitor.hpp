#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <zmq.hpp>

namespace tubes::zeromq {

/// What libzmq tells of a socket's connections: a ZMQ_EVENT_… and what belongs to it.
struct SocketEvent {
  int number = 0;
  std::uint32_t value = 0;
};

/// The events of one socket. One thread.
class Monitor {
 public:
  /// Before `socket` connects or is bound. `name` is unique in the context, `events` are those that
  /// are wanted; `socket` outlives this.
  Monitor(zmq::context_t& context, zmq::socket_t& socket, const std::string& name, int events);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  /// The next event, if there is one. Never waits.
  std::optional<SocketEvent> next();
  /// To poll for: next() has news.
  zmq::socket_t& events() noexcept { return events_; }

 private:
  zmq::socket_t& socket_;
  zmq::socket_t events_;
};

}  // namespace tubes::zeromq
