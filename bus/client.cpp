#include <algorithm>

#include <tubes/bus/client.hpp>
#include <tubes/bus/each_in_turn.hpp>

namespace tubes {
namespace {

/// Calls all of the handlers with no lock held.
template <class Handlers, class Argument>
void call_all(const Handlers& handlers, const Argument& argument) {
  EachInTurn each;
  for (const auto& handler : handlers) each([&] { (*handler)(argument); });
  each.done();
}

}  // namespace

/// One of the topics, and who listens to it.
struct Client::Topic {
  Topic(Role of, std::string called, WireFormat written)
      : role(of), name(std::move(called)), wire(written) {}

  const Role role;
  const std::string name;
  const WireFormat wire;
  Once subscribed;
  Subscription subscription;
  bool expected = false;  // whether messages come to us: guarded by Client::mutex_
  std::vector<std::shared_ptr<EnvelopeHandler>> handlers;  // guarded by Client::mutex_
};

Client::Client(Bus& bus, ClientOptions options)
    : bus_(bus),
      options_(std::move(options)),
      receipts_(
          std::make_shared<OpenReceipts>(bus, options_.receipt_timeout, options_.most_receipts)) {
  const auto add_topic = [&](Role role, const std::string& name, WireFormat wire) {
    topics_.emplace(role, std::make_unique<Topic>(role, name, wire));
  };
  add_topic(Role::in, options_.in, options_.in_wire);
  add_topic(Role::out, options_.out, options_.out_wire);
  add_topic(Role::web_in, options_.web_in, WireFormat::json);
  add_topic(Role::receipts, options_.receipts, options_.in_wire);
}

Client::~Client() {
  pulses_.reset();
  for (auto& [role, topic] : topics_) topic->subscription.reset();
  receipts_->close();
}

void Client::add(Role role, EnvelopeHandler handler) {
  Topic& topic = this->topic(role);
  // Heartbeats first: a publisher's announcement comes before its first message.
  listens_to_pulses_(
      [&] { pulses_ = bus_.on_pulse([this](const Pulse& pulse) { heard(pulse); }); });
  // If this throws, the next handler tries again.
  topic.subscribed([&] { subscribe(topic); });
  std::lock_guard lock(mutex_);
  topic.handlers.push_back(std::make_shared<EnvelopeHandler>(std::move(handler)));
}

void Client::subscribe(Topic& topic) {
  const auto expect = [&](bool expected) {
    std::lock_guard lock(mutex_);
    topic.expected = expected;
  };
  auto options = options_.subscribe;
  // A receipt that came before its subscription is live would never be known.
  if (topic.role == Role::receipts) options.ready = Ready::wait;
  expect(true);
  try {
    topic.subscription = bus_.subscribe(
        topic.name, [this, &topic](const Delivery& delivery) { received(topic, delivery); },
        options);
  } catch (...) {
    expect(false);
    throw;
  }
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
  learn_nick(decoded.envelope->message);
  EachInTurn each;
  each([&] { count(topic, decoded.envelope->meta); });
  each([&] { call_all(handlers, *decoded.envelope); });
  each.done();
}

void Client::count(const Topic& topic, const Meta& meta) {
  std::unique_lock lock(mutex_);
  const auto gap = gaps_.message(topic.name, meta.publisher, meta.sequence);
  lock.unlock();
  if (gap) emit(*gap);
}

/// Others may subscribe on the same bus, to what never comes to us.
bool Client::expects(const std::string& filter) const {
  return std::ranges::any_of(topics_, [&](const auto& each) {
    return each.second->expected && each.second->name == filter;
  });
}

void Client::heard(const Pulse& pulse) {
  std::unique_lock lock(mutex_);
  if (pulse.kind == Pulse::Kind::away) gaps_.away();
  if (pulse.kind == Pulse::Kind::live && expects(pulse.filter)) gaps_.live(pulse.filter);
  if (pulse.kind != Pulse::Kind::beat) return;
  const auto gaps = gaps_.heartbeat(pulse.beat);
  lock.unlock();
  EachInTurn each;
  for (const auto& gap : gaps) each([&] { emit(gap); });
  each.done();
}

Losses Client::losses() const {
  std::lock_guard lock(mutex_);
  return gaps_.losses();
}

void Client::emit(const Gaps::Gap& gap) {
  const auto* cause = gap.away ? ": published while this bus was away" : ": lost on the way";
  emit({Event::Kind::gap, gap.topic + cause, gap.count, gap.publisher});
}

void Client::emit(const Event& event) {
  std::unique_lock lock(mutex_);
  const auto handlers = event_handlers_;
  lock.unlock();
  call_all(handlers, event);
}

bool Client::may_answer(const LoopGuard::Answer& answer) {
  if (options_.answer_bots && !answer.to_self) return true;
  const auto& clock = options_.clock ? *options_.clock : Clock::system();
  std::unique_lock lock(mutex_);
  const auto verdict = answers_.ask(answer, clock.now());
  lock.unlock();
  if (!verdict.why.empty()) emit({Event::Kind::loop, "not answering " + verdict.why, 1});
  return verdict.may;
}

void Client::learn_nick(const Message& message) {
  const auto* here = std::get_if<in::Connected>(&message);
  const auto* change = std::get_if<in::Nick>(&message);
  if (!here && !change) return;
  std::lock_guard lock(mutex_);
  if (here) answers_.own_nick(here->network, here->nick);
  if (change) answers_.renamed(change->network, change->sender, change->nick);
}

void Client::publish(const Message& message) {
  const Topic& topic = this->topic(std::visit(
      []<class M>(const M& m) {
        if constexpr (std::is_same_v<M, UnknownType>)
          throw Error(ErrorCode::unsupported, "a message of the unknown type \"" + m.type +
                                                  "\" has no topic; encode() it and publish the "
                                                  "payload on the bus");
        return role_of<M>(Role::in);
      },
      message));
  // Bare JSON has no place for a number, and heartbeats would state what nobody saw.
  if (topic.role == Role::web_in)
    return bus_.publish(topic.name, encode({message, {}, {}}, topic.wire));
  bus_.publish_numbered(topic.name, [&](std::uint64_t number) {
    return encode({message, {bus_.id(), number}, {}}, topic.wire);
  });
}

void Client::say(std::string_view to, std::string_view text, std::string_view network) {
  publish(out::Privmsg{std::string(to), std::string(text), std::string(network), {}});
}

void Client::action(std::string_view to, std::string_view text, std::string_view network) {
  publish(out::Action{std::string(to), std::string(text), std::string(network), {}});
}

void Client::raw(std::string_view command, std::string_view network) {
  publish(out::Raw{std::string(command), std::string(network), {}});
}

}  // namespace tubes
