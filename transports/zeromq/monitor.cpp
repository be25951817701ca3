#include <cstring>

#include <tubes/transports/zeromq/monitor.hpp>
#include <tubes/transports/zeromq/socket.hpp>

namespace tubes::zeromq {
namespace {

/// The first frame of an event: its number and its value, in the machine's byte order.
SocketEvent parse_event(std::string_view frame) {
  std::uint16_t number = 0;
  SocketEvent event;
  if (frame.size() != sizeof number + sizeof event.value) return event;
  std::memcpy(&number, frame.data(), sizeof number);
  std::memcpy(&event.value, frame.data() + sizeof number, sizeof event.value);
  event.number = number;
  return event;
}

}  // namespace

Monitor::Monitor(zmq::context_t& context, zmq::socket_t& socket, const std::string& name,
                 int events)
    : socket_(socket), events_(context, zmq::socket_type::pair) {
  const auto endpoint = "inproc://" + name;
  if (zmq_socket_monitor(socket.handle(), endpoint.c_str(), events) != 0) throw zmq::error_t();
  events_.set(zmq::sockopt::linger, 0);
  events_.connect(endpoint);
}

// First the source of the events: it would wait for someone to take them.
Monitor::~Monitor() {
  zmq_socket_monitor(socket_.handle(), nullptr, 0);
}

std::optional<SocketEvent> Monitor::next() {
  Parts parts;
  if (!parts.receive(events_)) return std::nullopt;
  return parse_event(parts.view(0));
}

}  // namespace tubes::zeromq
