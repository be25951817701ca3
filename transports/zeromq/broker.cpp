#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <zmq.hpp>

#include <tubes/bus/error.hpp>
#include <tubes/transports/zeromq/broker.hpp>
#include <tubes/transports/zeromq/doorkeeper.hpp>
#include <tubes/transports/zeromq/endpoints.hpp>
#include <tubes/transports/zeromq/exchange.hpp>
#include <tubes/transports/zeromq/heartbeat.hpp>
#include <tubes/transports/zeromq/occupied.hpp>
#include <tubes/transports/zeromq/turned_away.hpp>
#include <tubes/transports/zeromq/wakeup.hpp>

namespace tubes::zeromq {
namespace {

constexpr int linger_ms = 250;
// A publisher's own side keeps what does not fit here.
constexpr int publisher_queue = 1'000;
// Small messages or shared ones; only a client that does not read lets so many wait.
constexpr int answer_queue = 1'000;

zmq::socket_t router(zmq::context_t& context, const BrokerOptions& options, const Endpoints& at,
                     const std::optional<BrokerKeys>& keys) {
  zmq::socket_t socket(context, zmq::socket_type::router);
  socket.set(zmq::sockopt::ipv6, at.ipv6);
  if (keys) secure(socket, *keys);
  socket.set(zmq::sockopt::linger, linger_ms);
  socket.set(zmq::sockopt::router_mandatory, true);
  socket.set(zmq::sockopt::rcvhwm, publisher_queue);
  socket.set(zmq::sockopt::sndhwm, answer_queue);
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(options.max_payload) * 4 + 65'536);
  set_heartbeat(socket, std::chrono::seconds(5));
  return socket;
}

zmq::socket_t xpub(zmq::context_t& context, const BrokerOptions& options, const Endpoints& at,
                   const std::optional<BrokerKeys>& keys) {
  zmq::socket_t socket(context, zmq::socket_type::xpub);
  socket.set(zmq::sockopt::ipv6, at.ipv6);
  if (keys) secure(socket, *keys);
  socket.set(zmq::sockopt::linger, linger_ms);
  socket.set(zmq::sockopt::sndhwm, options.subscriber_queue);
  socket.set(zmq::sockopt::xpub_nodrop, true);
  socket.set(zmq::sockopt::maxmsgsize, std::int64_t{65'536});  // subscriptions only
  // A plain subscriber that does not read answers no heartbeat either: it has this long to catch
  // up.
  set_heartbeat(socket, std::chrono::seconds(60));
  // Two clients that ask for the same $ready topic are two.
  socket.set(zmq::sockopt::xpub_verbose, true);
  return socket;
}

[[noreturn]] void cannot_bind(const std::string& endpoint, const Endpoints& at,
                              const std::string& cause) {
  throw Error(ErrorCode::refused, "no broker can run at " + at.url + ": cannot bind " + endpoint +
                                      " (" + cause +
                                      "); if one runs there already use that, else stop what holds "
                                      "the address or choose another");
}

void bind(zmq::socket_t& socket, const std::string& endpoint, const Endpoints& at) {
  if (is_occupied(endpoint)) cannot_bind(endpoint, at, "Address already in use");
  try {
    socket.bind(endpoint);
  } catch (const zmq::error_t& error) {
    cannot_bind(endpoint, at, error.what());
  }
}

std::string address_of(const Endpoints& at, const std::optional<BrokerKeys>& keys) {
  return keys ? at.url + "?server_key=" + hexadecimal(keys->own.public_key) : at.url;
}

}  // namespace

struct Broker::Running {
  Running(const Endpoints& at, const std::optional<BrokerKeys>& keys, const BrokerOptions& options)
      : address(address_of(at, keys)),
        sweep_interval(options.sweep_interval),
        warn(options.on_warning),
        warnings(options.on_warning),
        doorkeeper(keys ? std::make_unique<Doorkeeper>(context, *keys, warnings) : nullptr),
        router_socket(router(context, options, at, keys)),
        xpub_socket(xpub(context, options, at, keys)),
        turned_away(context, router_socket, xpub_socket, keys.has_value(), warnings),
        exchange(router_socket, xpub_socket, warnings, options) {
    bind(xpub_socket, at.receiving, at);
    bind(router_socket, at.publishing, at);
    thread = std::thread([this] { run(); });
  }

  ~Running() {
    stopping = true;
    wakeup.wake();
    if (thread.joinable()) thread.join();
  }

  void run() {
    auto next_sweep = std::chrono::steady_clock::now() + sweep_interval;
    while (!stopping) {
      try {
        wait_until(next_sweep);
        serve(next_sweep);
      } catch (const std::exception& error) {
        // One message that there is no memory for must not end the process around the broker.
        if (warn) warn(address + ": " + error.what() + "; going on");
      }
    }
  }

  void serve(std::chrono::steady_clock::time_point& next_sweep) {
    if (doorkeeper) doorkeeper->answer();
    turned_away.report();
    exchange.answer_subscriptions();
    exchange.serve_clients();
    if (const auto now = std::chrono::steady_clock::now(); now >= next_sweep) {
      exchange.sweep();
      warnings.end_interval();
      next_sweep = now + sweep_interval;
    }
    const std::lock_guard lock(mutex);
    stats = exchange.stats();
  }

  void wait_until(std::chrono::steady_clock::time_point deadline) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now());
    zmq::pollitem_t items[] = {{router_socket.handle(), 0, ZMQ_POLLIN, 0},
                               {xpub_socket.handle(), 0, ZMQ_POLLIN, 0},
                               {turned_away.router_events().handle(), 0, ZMQ_POLLIN, 0},
                               {turned_away.xpub_events().handle(), 0, ZMQ_POLLIN, 0},
                               {nullptr, wakeup.descriptor(), ZMQ_POLLIN, 0},
                               {nullptr, wakeup.descriptor(), ZMQ_POLLIN, 0}};
    if (doorkeeper) items[5] = {doorkeeper->knocks().handle(), 0, ZMQ_POLLIN, 0};
    wait(items, std::size(items), left);
  }

  std::string address;
  Milliseconds sweep_interval;
  std::function<void(const std::string&)> warn;
  Warnings warnings;
  zmq::context_t context;
  std::unique_ptr<Doorkeeper> doorkeeper;
  zmq::socket_t router_socket, xpub_socket;
  TurnedAway turned_away;
  Exchange exchange;
  Wakeup wakeup;
  std::atomic<bool> stopping{false};
  mutable std::mutex mutex;
  BrokerStats stats;
  std::thread thread;
};

Broker::Broker(const Url& url, const BrokerOptions& options)
    : running_(std::make_unique<Running>(endpoints_to_bind(url), broker_keys(url), options)) {}

Broker::~Broker() = default;

const std::string& Broker::address() const noexcept {
  return running_->address;
}

BrokerStats Broker::stats() const {
  const std::lock_guard lock(running_->mutex);
  return running_->stats;
}

}  // namespace tubes::zeromq
