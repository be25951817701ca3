#include <exception>

#include <tubes/bus/client.hpp>

namespace tubes {
namespace {

/// Calls all of the handlers with no lock held, and throws then what the first of them threw.
template <class Handlers, class Argument>
void call_all(const Handlers& handlers, const Argument& argument) {
  std::exception_ptr first;
  for (const auto& handler : handlers) {
    try {
      (*handler)(argument);
    } catch (...) {
      if (!first) first = std::current_exception();
    }
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace

/// One of the topics, and who listens to it.
struct Client::Topic {
  Topic(Role of, std::string called, WireFormat written)
      : role(of), name(std::move(called)), wire(written) {}

  const Role role;
  const std::string name;
  const WireFormat wire;
  std::once_flag subscribed;
  Subscription subscription;
  std::vector<std::shared_ptr<EnvelopeHandler>> handlers;  // guarded by Client::mutex_
};

Client::Client(Bus& bus, ClientOptions options) : bus_(bus), options_(std::move(options)) {
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
  // If this throws, the next handler tries again.
  std::call_once(topic.subscribed, [&] {
    topic.subscription = bus_.subscribe(
        topic.name, [this, &topic](const Delivery& delivery) { received(topic, delivery); },
        options_.subscribe);
  });
  std::lock_guard lock(mutex_);
  topic.handlers.push_back(std::make_shared<EnvelopeHandler>(std::move(handler)));
}

void Client::on_envelope(Role role, std::function<void(const Envelope&)> handler) {
  add(role, std::move(handler));
}

void Client::on_event(EventHandler handler) {
  const auto shared = std::make_shared<EventHandler>(std::move(handler));
  auto of_the_bus = bus_.on_event([shared](const Event& event) { (*shared)(event); });
  std::lock_guard lock(mutex_);
  events_.push_back(std::move(of_the_bus));
  event_handlers_.push_back(shared);
}

void Client::received(Topic& topic, const Delivery& delivery) {
  const auto decoded = decode(topic.role, delivery.payload);
  if (!decoded.envelope) {
    emit({Event::Kind::undecodable, std::string(delivery.topic) + ": " + decoded.why, 1});
    return;
  }
  std::unique_lock lock(mutex_);
  const auto handlers = topic.handlers;  // a handler may add handlers
  lock.unlock();
  call_all(handlers, *decoded.envelope);
}

void Client::emit(const Event& event) {
  std::unique_lock lock(mutex_);
  const auto handlers = event_handlers_;
  lock.unlock();
  call_all(handlers, event);
}

void Client::publish(const Message& message) {
  const Topic& topic = this->topic(std::visit(
      []<class M>(const M& m) {
        if constexpr (std::is_same_v<M, UnknownType>)
          throw Error(ErrorCode::unsupported, "a message of the unknown type \"" + m.type +
                                                  "\" has no topic; encode() it and publish the "
                                                  "payload on the bus");
        return role_of<M>;
      },
      message));
  bus_.publish_numbered(topic.name, [&](std::uint64_t number) {
    return encode({message, {bus_.id(), number}, {}}, topic.wire);
  });
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
