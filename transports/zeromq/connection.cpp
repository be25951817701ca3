#include <algorithm>
#include <iterator>
#include <limits>

#include <tubes/transports/zeromq/connection.hpp>
#include <tubes/transports/zeromq/heartbeat.hpp>
#include <tubes/transports/zeromq/socket.hpp>

namespace tubes::zeromq {
namespace {

// Of a subscriber; what does not fit waits at the broker.
constexpr int messages_queue = 10'000;
// So late that this connection is long replaced. Switching retries off instead would also switch
// off the word that a host's name cannot be resolved.
constexpr int next_try_ms = 3'600'000;

zmq::socket_t socket(zmq::context_t& context, zmq::socket_type type, const Endpoints& endpoints,
                     const std::optional<ClientKeys>& keys, Milliseconds connect_timeout) {
  zmq::socket_t socket(context, type);
  if (keys) secure(socket, *keys);
  socket.set(zmq::sockopt::ipv6, endpoints.ipv6);
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::reconnect_ivl, next_try_ms);
  socket.set(zmq::sockopt::connect_timeout, static_cast<int>(connect_timeout.count()));
  socket.set(zmq::sockopt::sndhwm, 0);
  set_heartbeat(socket, std::chrono::seconds(5));
  return socket;
}

}  // namespace

Connection::Connection(const Endpoints& endpoints, const std::optional<ClientKeys>& keys,
                       const Wakeup& wakeup, Milliseconds connect_timeout)
    : wakeup_(wakeup),
      requests_(socket(context_, zmq::socket_type::dealer, endpoints, keys, connect_timeout)),
      messages_(socket(context_, zmq::socket_type::sub, endpoints, keys, connect_timeout)),
      requests_monitor_(context_, requests_, "requests", troublesome_events),
      messages_monitor_(context_, messages_, "messages", troublesome_events) {
  requests_.set(zmq::sockopt::rcvhwm, 0);
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
  // libzmq reads -1 as for ever, and keeps the time as an int.
  const auto bounded =
      std::clamp<Milliseconds::rep>(longest.count(), 0, std::numeric_limits<int>::max());
  zeromq::wait(items, std::size(items), static_cast<long>(bounded));
  if (items[4].revents != 0) wakeup_.clear();
}

std::optional<Trouble> Connection::trouble() {
  for (auto* monitor : {&requests_monitor_, &messages_monitor_})
    while (const auto event = monitor->next())
      if (!trouble_) trouble_ = trouble_of(*event);
  return trouble_;
}

}  // namespace tubes::zeromq
