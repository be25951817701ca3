#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

#include <zmq.hpp>

#include <tubes/bus/error.hpp>
#include <tubes/transports/zeromq/broker.hpp>
#include <tubes/transports/zeromq/endpoints.hpp>
#include <tubes/transports/zeromq/exchange.hpp>
#include <tubes/transports/zeromq/heartbeat.hpp>
#include <tubes/transports/zeromq/occupied.hpp>
#include <tubes/transports/zeromq/wakeup.hpp>

namespace tubes::zeromq {
namespace {

constexpr int linger_ms = 250;
// A publisher's own side keeps what does not fit here.
constexpr int publisher_queue = 1'000;
// Small messages; only a client that does not read at all lets so many wait.
constexpr int answer_queue = 10'000;

zmq::socket_t router(zmq::context_t& context, const BrokerOptions& options, bool ipv6) {
  zmq::socket_t socket(context, zmq::socket_type::router);
  socket.set(zmq::sockopt::ipv6, ipv6);
  socket.set(zmq::sockopt::linger, linger_ms);
  socket.set(zmq::sockopt::router_mandatory, true);
  socket.set(zmq::sockopt::rcvhwm, publisher_queue);
  socket.set(zmq::sockopt::sndhwm, answer_queue);
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(options.max_payload) * 4 + 65'536);
  set_heartbeat(socket, std::chrono::seconds(5));
  return socket;
}

zmq::socket_t xpub(zmq::context_t& context, const BrokerOptions& options, bool ipv6) {
  zmq::socket_t socket(context, zmq::socket_type::xpub);
  socket.set(zmq::sockopt::ipv6, ipv6);
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

}  // namespace

struct Broker::Running {
  Running(const Endpoints& at, const BrokerOptions& options)
      : address(at.url),
        sweep_interval(options.sweep_interval),
        warn(options.on_warning),
        router_socket(router(context, options, at.ipv6)),
        xpub_socket(xpub(context, options, at.ipv6)),
        exchange(router_socket, xpub_socket, options) {
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
    exchange.answer_subscriptions();
    exchange.serve_clients();
    if (const auto now = std::chrono::steady_clock::now(); now >= next_sweep) {
      exchange.sweep();
      next_sweep = now + sweep_interval;
    }
    const std::lock_guard lock(mutex);
    stats = exchange.stats();
  }

  void wait_until(std::chrono::steady_clock::time_point deadline) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - std::chrono::steady_clock::now());
    zmq::pollitem_t items[] = {{router_socket.handle(), 0, ZMQ_POLLIN, 0},
                               {xpub_socket.handle(), 0, ZMQ_POLLIN, 0},
                               {nullptr, wakeup.descriptor(), ZMQ_POLLIN, 0}};
    wait(items, std::size(items), std::max<long>(0, left.count()));
  }

  std::string address;
  Milliseconds sweep_interval;
  std::function<void(const std::string&)> warn;
  zmq::context_t context;
  zmq::socket_t router_socket, xpub_socket;
  Exchange exchange;
  Wakeup wakeup;
  std::atomic<bool> stopping{false};
  mutable std::mutex mutex;
  BrokerStats stats;
  std::thread thread;
};

Broker::Broker(const Url& url, const BrokerOptions& options)
    : running_(std::make_unique<Running>(endpoints_to_bind(url), options)) {}

Broker::~Broker() = default;

const std::string& Broker::address() const noexcept {
  return running_->address;
}

BrokerStats Broker::stats() const {
  const std::lock_guard lock(running_->mutex);
  return running_->stats;
}

}  // namespace tubes::zeromq
