#include <random>

#include <tubes/bus/client.hpp>

namespace tubes {
namespace {

/// 128 random bits: two publishers never share a name.
std::string random_name() {
  std::random_device random;
  std::string name;
  for (int i = 0; i < 4; ++i) {
    const auto word = random();
    for (int shift = 28; shift >= 0; shift -= 4) name += "0123456789abcdef"[(word >> shift) & 15];
  }
  return name;
}

ClientOptions with_name(ClientOptions options) {
  if (options.publisher.empty()) options.publisher = random_name();
  return options;
}

}  // namespace

/// One of the topics: who listens to it, and the last number published on it.
struct Client::Topic {
  Topic(Role of, std::string called, WireFormat written)
      : role(of), name(std::move(called)), wire(written) {}

  Role role;
  std::string name;
  WireFormat wire;
  std::vector<std::shared_ptr<EnvelopeHandler>> handlers;  // guarded by Client::mutex_
  // An inline bus runs handlers, which may publish here again, inside publish().
  std::recursive_mutex publishing;
  std::uint64_t sequence = 0;  // guarded by publishing
  Subscription subscription;
};

Client::Client(Bus& bus, ClientOptions options)
    : bus_(bus), options_(with_name(std::move(options))) {
  const auto add_topic = [&](Role role, const std::string& name, WireFormat wire) {
    topics_.emplace(role, std::make_unique<Topic>(role, name, wire));
  };
  add_topic(Role::in, options_.in, options_.in_wire);
  add_topic(Role::out, options_.out, options_.out_wire);
  add_topic(Role::web_in, options_.web_in, WireFormat::json);
}

Client::~Client() {
  for (auto& [role, topic] : topics_) topic->subscription.reset();
}

void Client::add(Role role, EnvelopeHandler handler) {
  Topic& topic = this->topic(role);
  std::unique_lock lock(mutex_);
  topic.handlers.push_back(std::make_shared<EnvelopeHandler>(std::move(handler)));
  const bool first = topic.handlers.size() == 1;
  lock.unlock();
  if (!first) return;
  topic.subscription = bus_.subscribe(
      topic.name, [this, &topic](const Delivery& delivery) { received(topic, delivery); },
      options_.subscribe);
}

void Client::on_envelope(Role role, std::function<void(const Envelope&)> handler) {
  add(role, std::move(handler));
}

void Client::on_event(EventHandler handler) {
  auto shared = std::make_shared<EventHandler>(std::move(handler));
  std::lock_guard lock(mutex_);
  events_.push_back(bus_.on_event(*shared));
  event_handlers_.push_back(std::move(shared));
}

void Client::received(Topic& topic, const Delivery& delivery) {
  const auto decoded = decode(topic.role, delivery.payload);
  if (!decoded.envelope) {
    emit({Event::Kind::undecodable, std::string(delivery.topic) + ": " + decoded.why, 1});
    return;
  }
  // Handlers may add handlers, and are called with no lock held.
  std::unique_lock lock(mutex_);
  const auto handlers = topic.handlers;
  lock.unlock();
  for (const auto& handler : handlers) (*handler)(*decoded.envelope);
}

void Client::emit(const Event& event) {
  std::unique_lock lock(mutex_);
  const auto handlers = event_handlers_;
  lock.unlock();
  for (const auto& handler : handlers) (*handler)(event);
}

void Client::publish(const Message& message) {
  Topic& topic = this->topic(std::visit(
      []<class M>(const M& m) {
        if constexpr (std::is_same_v<M, UnknownType>)
          throw Error(ErrorCode::unsupported, "a message of the unknown type \"" + m.type +
                                                  "\" has no topic; encode() it and publish the "
                                                  "payload on the bus");
        return role_of<M>;
      },
      message));
  // Numbers are given in publishing order.
  std::lock_guard lock(topic.publishing);
  const Envelope envelope{message, {options_.publisher, ++topic.sequence}, {}};
  try {
    bus_.publish(topic.name, encode(envelope, topic.wire));
  } catch (const Error& error) {
    // A publish that is refused uses no number; a livelock is found behind one that was not.
    if (error.code() != ErrorCode::livelock) --topic.sequence;
    throw;
  }
}

void Client::say(std::string_view to, std::string_view text, std::string_view network) {
  publish(out::Privmsg{std::string(to), std::string(text), std::string(network)});
}

void Client::action(std::string_view to, std::string_view text, std::string_view network) {
  publish(out::Action{std::string(to), std::string(text), std::string(network)});
}

void Client::raw(std::string_view command, std::string_view network) {
  publish(out::Raw{std::string(command), std::string(network)});
}

}  // namespace tubes
