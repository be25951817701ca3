#include <cstring>

#include <tubes/transports/zeromq/monitor.hpp>
#include <tubes/transports/zeromq/socket.hpp>

namespace tubes::zeromq {
namespace {

constexpr int handshake_failed = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                                 ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                                 ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
constexpr int never_connected = ZMQ_EVENT_CLOSED | ZMQ_EVENT_CONNECT_RETRIED;
constexpr int watched = ZMQ_EVENT_DISCONNECTED | never_connected | handshake_failed;

/// The first frame of an event begins with its number, in the machine's byte order.
int number_of(std::string_view frame) {
  std::uint16_t number = 0;
  if (frame.size() >= sizeof number) std::memcpy(&number, frame.data(), sizeof number);
  return number;
}

std::string text_of(int event) {
  if ((event & handshake_failed) != 0) return "what listens there is no broker";
  return (event & never_connected) != 0 ? "cannot connect" : "the connection was closed";
}

}  // namespace

Monitor::Monitor(zmq::context_t& context, zmq::socket_t& socket, const std::string& name)
    : socket_(socket), events_(context, zmq::socket_type::pair) {
  const auto endpoint = "inproc://" + name;
  if (zmq_socket_monitor(socket.handle(), endpoint.c_str(), watched) != 0) throw zmq::error_t();
  events_.set(zmq::sockopt::linger, 0);
  events_.connect(endpoint);
}

// First the source of the events: it would wait for someone to take them.
Monitor::~Monitor() {
  zmq_socket_monitor(socket_.handle(), nullptr, 0);
}

const std::optional<std::string>& Monitor::trouble() {
  Parts parts;
  while (parts.receive(events_))
    if (!trouble_) trouble_ = text_of(number_of(parts.view(0)));
  return trouble_;
}

}  // namespace tubes::zeromq
