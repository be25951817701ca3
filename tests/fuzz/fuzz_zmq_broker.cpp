#include <array>
#include <map>
#include <optional>

#include <tubes/transports/zeromq/exchange.hpp>

#include "frames.hpp"

// A broker between clients that send it anything. Its sockets have no network: what is sent
// through inproc:// is there at once, on this thread.
namespace tubes::fuzz {
namespace {

using namespace zeromq;

BrokerOptions options() {
  BrokerOptions small;
  small.max_payload = 64;
  small.retained_bytes = 500;
  small.max_sessions = 2;
  return small;
}

zmq::socket_t socket(zmq::context_t& context, zmq::socket_type type, int queue) {
  zmq::socket_t made(context, type);
  made.set(zmq::sockopt::linger, 0);
  made.set(zmq::sockopt::sndhwm, queue);
  made.set(zmq::sockopt::rcvhwm, queue);
  return made;
}

/// The sockets, made once; each input leaves them empty.
struct Sockets {
  Sockets() {
    router.set(zmq::sockopt::router_mandatory, true);
    router.bind("inproc://requests");
    xpub.set(zmq::sockopt::xpub_verbose, true);
    xpub.bind("inproc://messages");
    for (std::size_t i = 0; i < clients.size(); ++i) {
      clients[i].set(zmq::sockopt::routing_id, "client" + std::to_string(i));
      clients[i].connect("inproc://requests");
    }
    subscriber.connect("inproc://messages");
  }

  void drain() {
    Parts parts;
    const auto empty = [&](zmq::socket_t& from) {
      while (parts.receive(from)) {
      }
    };
    empty(router);
    empty(xpub);
    empty(subscriber);
    for (auto& client : clients) empty(client);
  }

  zmq::context_t context{0};
  zmq::socket_t router = socket(context, zmq::socket_type::router, 8);
  zmq::socket_t xpub = socket(context, zmq::socket_type::xpub, 4);
  zmq::socket_t subscriber = socket(context, zmq::socket_type::xsub, 4);
  std::array<zmq::socket_t, 3> clients{socket(context, zmq::socket_type::dealer, 8),
                                       socket(context, zmq::socket_type::dealer, 8),
                                       socket(context, zmq::socket_type::dealer, 8)};
};

/// One life of a broker, and what its clients know of it.
class Life {
 public:
  explicit Life(Sockets& sockets)
      : sockets_(sockets), exchange_(sockets.router, sockets.xpub, warnings_, options()) {
    sockets.xpub.set(zmq::sockopt::xpub_nodrop, true);
  }

  void step(Choices& choices) {
    switch (choices.below(8)) {
      case 0:
        return exchange_.serve_clients();
      case 1:
        return exchange_.answer_subscriptions();
      case 2:
        return exchange_.sweep();
      case 3:
        return hear(choices.below(3));
      case 4:
        return hear_messages();
      case 5:
        return subscribe(choices);
      default:
        return say(choices.below(3), frames(choices));
    }
  }

  void end() {
    for (const auto& topic : subscribed_) zeromq::send(sockets_.subscriber, '\0' + topic);
    exchange_.answer_subscriptions();
    exchange_.serve_clients();
    check();
    sockets_.drain();
  }

  void check() const {
    const auto stats = exchange_.stats();
    require(stats.sessions <= options().max_sessions, "sessions are bounded");
    require(stats.retained_bytes <= options().retained_bytes, "retained values are bounded");
    require((stats.retained_bytes == 0) == (stats.retained_keys == 0), "all bytes have keys");
    require(stats.forwarded + stats.rejected + stats.dropped <= publishes_, "each counts once");
    require(stats.malformed <= malformed_, "each counts once");
  }

  /// Once the broker has taken all.
  void check_counts() const {
    const auto stats = exchange_.stats();
    require(stats.forwarded + stats.rejected + stats.dropped == publishes_, "all publishes count");
    require(stats.malformed == malformed_, "all that cannot be read counts");
  }

 private:
  struct Known {
    std::uint64_t sent = 0, answered = 0;
  };

  void say(std::size_t client, const OwnedFrames& made) {
    if (made.empty() || !zeromq::send(sockets_.clients[client], made)) return;
    const auto request = parse_request(views(made));
    const auto* bad = std::get_if<Malformed>(&request);
    const bool publishes = std::holds_alternative<Publish>(request) || (bad && bad->is_publish);
    publishes_ += publishes ? 1 : 0;
    malformed_ += bad && !bad->is_publish ? 1 : 0;
    known_[client].sent += publishes ? 1 : 0;
  }

  void hear(std::size_t client) {
    Parts parts;
    while (parts.receive(sockets_.clients[client])) {
      const auto reply = parse_reply(parts.frames());
      require(!std::holds_alternative<Malformed>(reply), "a client understands its broker");
      if (std::holds_alternative<Welcome>(reply)) known_[client].answered = 0;
      if (const auto* each = std::get_if<Acknowledged>(&reply)) count(client, each->count);
      if (const auto* each = std::get_if<Rejected>(&reply)) count(client, each->count);
    }
  }

  void count(std::size_t client, std::uint64_t answered) {
    auto& known = known_[client];
    require(answered >= known.answered && answered <= known.sent, "counts are of what was sent");
    known.answered = answered;
  }

  void hear_messages() {
    Parts parts;
    while (parts.receive(sockets_.subscriber)) {
      const auto heard = parts.frames();
      require(heard.size() == 2, "a delivery is two frames");
      require(is_topic(heard[0].substr(heard[0].starts_with('$') ? 1 : 0)), "a topic", heard[0]);
      require(heard[1].size() <= options().max_payload, "payloads are bounded");
    }
  }

  void subscribe(Choices& choices) {
    const auto topic = frame(choices);
    if (zeromq::send(sockets_.subscriber, '\1' + topic)) subscribed_.push_back(topic);
  }

  Sockets& sockets_;
  Warnings warnings_{{}};
  Exchange exchange_;
  std::array<Known, 3> known_;
  std::vector<std::string> subscribed_;
  std::uint64_t publishes_ = 0, malformed_ = 0;
};

}  // namespace
}  // namespace tubes::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static tubes::fuzz::Sockets sockets;
  tubes::fuzz::Choices choices(data, size);
  tubes::fuzz::Life life(sockets);
  while (choices.any()) {
    life.step(choices);
    life.check();
  }
  life.end();
  life.check_counts();
  return 0;
}
