#include <algorithm>
#include <iterator>

#include <tubes/transports/zeromq/connection.hpp>
#include <tubes/transports/zeromq/heartbeat.hpp>
#include <tubes/transports/zeromq/socket.hpp>

namespace tubes::zeromq {
namespace {

// Few wait here, for poll() takes all of them; the rest of a flood waits at whoever sends it.
constexpr int replies_queue = 1'000;
// Of a subscriber; what does not fit waits at the broker.
constexpr int messages_queue = 10'000;
// So late that this connection is long replaced.
constexpr int next_try_ms = 3'600'000;
// libzmq aborts the process if a connection breaks just after its socket was closed, with the first
// frame of a message sent and the second cut off (libzmq issue 3442). A backend that dies breaks
// both connections: this is the time for the other one to notice.
constexpr int time_to_notice_ms = 50;

/// A longer one ends the connection, for libzmq can skip none. The broker's limit for payloads may
/// be higher than ours, so there is much room above that.
std::int64_t largest_message(const BusOptions& options) {
  constexpr std::size_t usual = 1 << 20;
  return static_cast<std::int64_t>(std::max(options.max_payload, usual)) * 4 + 65'536;
}

zmq::socket_t socket(zmq::context_t& context, zmq::socket_type type, const Endpoints& endpoints,
                     const std::optional<ClientKeys>& keys, const BusOptions& options) {
  zmq::socket_t socket(context, type);
  if (keys) secure(socket, *keys);
  socket.set(zmq::sockopt::ipv6, endpoints.ipv6);
  socket.set(zmq::sockopt::linger, time_to_notice_ms);
  socket.set(zmq::sockopt::reconnect_ivl, next_try_ms);
  socket.set(zmq::sockopt::connect_timeout, static_cast<int>(options.connect_timeout.count()));
  socket.set(zmq::sockopt::sndhwm, 0);
  socket.set(zmq::sockopt::maxmsgsize, largest_message(options));
  set_heartbeat(socket, std::chrono::seconds(5));
  return socket;
}

}  // namespace

Connection::Connection(const Endpoints& endpoints, const std::optional<ClientKeys>& keys,
                       const Wakeup& wakeup, const BusOptions& options)
    : wakeup_(wakeup),
      requests_(socket(context_, zmq::socket_type::dealer, endpoints, keys, options)),
      messages_(socket(context_, zmq::socket_type::sub, endpoints, keys, options)),
      requests_monitor_(context_, requests_, "requests", troublesome_events),
      messages_monitor_(context_, messages_, "messages", troublesome_events) {
  requests_.set(zmq::sockopt::rcvhwm, replies_queue);
  messages_.set(zmq::sockopt::rcvhwm, messages_queue);
  requests_.connect(endpoints.publishing);
  messages_.connect(endpoints.receiving);
}

void Connection::wait(Milliseconds longest) {
  zmq::pollitem_t items[] = {{requests_.handle(), 0, ZMQ_POLLIN, 0},
                             {messages_.handle(), 0, ZMQ_POLLIN, 0},
                             {requests_monitor_.events().handle(), 0, ZMQ_POLLIN, 0},
                             {messages_monitor_.events().handle(), 0, ZMQ_POLLIN, 0},
                             {nullptr, wakeup_.descriptor(), ZMQ_POLLIN, 0}};
  zeromq::wait(items, std::size(items), longest);
  if (items[4].revents != 0) wakeup_.clear();
}

std::optional<Trouble> Connection::trouble() {
  for (auto* monitor : {&requests_monitor_, &messages_monitor_})
    while (const auto event = monitor->next())
      if (!trouble_) trouble_ = trouble_of(*event);
  return trouble_;
}

}  // namespace tubes::zeromq
