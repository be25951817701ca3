#include <algorithm>
#include <utility>

#include <tubes/transports/memory/backend.hpp>

namespace tubes::memory {

Backend::Backend(std::string name, const Profile& profile, Clock& clock, std::uint64_t seed,
                 unsigned faults)
    : name_(std::move(name)), profile_(profile), clock_(clock), faults_(faults), random_(seed) {
  clock_.add(*this);
}

Backend::~Backend() {
  clock_.remove(*this);
}

std::string Backend::address() const {
  return "memory://" + name_ + " (as " + std::string(profile_.name) + ")";
}

std::uint64_t Backend::draw() {
  std::lock_guard lock(mutex_);
  return random_.next();
}

void Backend::attach(Connection& connection) {
  std::lock_guard lock(mutex_);
  connections_.push_back(&connection);
}

void Backend::detach(Connection& connection) noexcept {
  std::lock_guard lock(mutex_);
  std::erase(connections_, &connection);
}

Backend::Time Backend::after(Span span, Time& last) {
  return last = std::max(last, now() + random_.within(span));
}

void Backend::schedule(Time time, std::function<void()> action) {
  actions_.emplace(time, std::move(action));
}

void Backend::tell(Connection& connection, Time time, Connection::Coming coming) {
  connection.coming.emplace(time, std::move(coming));
  connection.woken = true;
  connection.changed.notify_one();
}

void Backend::answer(Connection& connection, Connection::News news) {
  tell(connection, after(profile_.answers, connection.session->last_answer), {std::move(news)});
}

void Backend::do_what_is_due() {
  const auto until = clock_.now();
  while (!actions_.empty() && actions_.begin()->first <= until) {
    const auto due = actions_.extract(actions_.begin());
    now_ = due.key();
    due.mapped()();
  }
  now_ = Time{0};
}

void Backend::connect(Connection& connection) {
  std::lock_guard lock(mutex_);
  connection.coming.clear();
  connection.session = std::make_shared<Session>();
  const auto time = now() + random_.within(profile_.connects);
  if (time < back_at_)
    return end(connection, time,
               address() + (is_stopped() ? " is stopped" : " is not reachable while it restarts"));
  connection.returns = false;
  tell(connection, time, {[](Sink& sink) { sink.connected(); }});
}

void Backend::disconnect(Connection& connection) noexcept {
  std::lock_guard lock(mutex_);
  const auto session = std::exchange(connection.session, nullptr);
  // After a fault that the engine has noticed it connects again; else it has closed.
  if (!session || !session->ended || !connection.coming.empty()) connection.returns = false;
  if (session) session->ended = true;
  connection.coming.clear();
}

void Backend::subscribe(Connection& connection, const Filter& filter) {
  std::lock_guard lock(mutex_);
  const auto session = connection.session;
  if (session->ended) return;
  const auto number = ++session->last_filter;
  session->filters[filter.text()] = {number};
  schedule(after(profile_.subscribes, session->last_subscribe),
           [this, &connection, session, text = filter.text(), number] {
             go_live(connection, session, text, number);
           });
}

void Backend::go_live(Connection& connection, const SessionPtr& session, const std::string& filter,
                      std::uint64_t number) {
  const auto find = [session, filter, number]() -> Session::Subscribed* {
    const auto found = session->filters.find(filter);
    return found == session->filters.end() || found->second.number != number ? nullptr
                                                                             : &found->second;
  };
  const auto subscribed = find();
  if (session->ended || subscribed == nullptr) return;
  subscribed->live = true;
  // On the way of the messages: what was published since comes behind it.
  tell(connection, after(profile_.delivers, session->last_message), {[find, filter](Sink& sink) {
         if (find() != nullptr) sink.subscribed(filter);
       }});
}

void Backend::unsubscribe(Connection& connection, const Filter& filter) {
  std::lock_guard lock(mutex_);
  connection.session->filters.erase(filter.text());
}

bool Session::wants(std::string_view topic) const {
  const auto is_live = [this](std::string_view filter) {
    const auto found = filters.find(filter);
    return found != filters.end() && found->second.live;
  };
  if (is_live(topic)) return true;
  for (auto dot = topic.find('.'); dot != topic.npos; dot = topic.find('.', dot + 1))
    if (is_live(std::string(topic.substr(0, dot + 1)) + '>')) return true;
  return false;
}

void Backend::send(Connection& connection, const Outgoing& message) {
  std::lock_guard lock(mutex_);
  const auto session = connection.session;
  ++session->sent;
  plan_fault();
  schedule(after(profile_.sends, session->last_request),
           [this, &connection, session, message] { arrived(connection, session, message); });
}

void Backend::arrived(Connection& from, const SessionPtr& session, const Outgoing& message) {
  if (++session->arrived > session->cut_after) return;
  const auto shared = std::make_shared<const Outgoing>(message);
  for (auto* to : std::vector(connections_)) deliver(*to, shared);
  if (!session->ended) answer(from, [](Sink& sink) { sink.accepted(1); });
}

void Backend::deliver(Connection& to, const std::shared_ptr<const Outgoing>& message) {
  const auto session = to.session;
  if (!session || session->ended) return;
  if (!session->wants(message->topic)) return;
  const auto bytes = message->payload.size();
  if (!has_room(*session, bytes)) return overflow(to);
  ++session->queued;
  session->queued_bytes += bytes;
  tell(to, after(profile_.delivers, session->last_message),
       {[message](Sink& sink) { sink.received(message->topic, message->payload); }, 1, bytes});
}

bool Backend::has_room(const Session& session, std::size_t bytes) const {
  return session.queued < profile_.queue_messages &&
         session.queued_bytes + bytes <= profile_.queue_bytes;
}

void Backend::call(Connection& connection, const RetainedCall& call) {
  std::lock_guard lock(mutex_);
  const auto session = connection.session;
  schedule(after(profile_.sends, session->last_request), [this, &connection, session, call] {
    if (!session->ended) answer_call(connection, call);
  });
}

void Backend::answer_call(Connection& from, const RetainedCall& call) {
  std::optional<std::string> value;
  switch (call.kind) {
    case RetainedCall::Kind::put:
      retained_[call.key] = call.value;
      break;
    case RetainedCall::Kind::remove:
      retained_.erase(call.key);
      break;
    case RetainedCall::Kind::get:
      if (const auto found = retained_.find(call.key); found != retained_.end())
        value = found->second;
  }
  answer(from, [id = call.id, value](Sink& sink) { sink.answered(id, value); });
}

std::vector<Connection::News> Backend::poll(Connection& connection, Milliseconds longest) {
  std::unique_lock lock(mutex_);
  do_what_is_due();
  const auto patience = std::min<Time>(longest, clock_.real_time_until(next_for(connection)));
  if (patience > Time::zero())
    connection.changed.wait_for(lock, patience, [&] { return connection.woken; });
  connection.woken = false;
  do_what_is_due();
  return take_due(connection);
}

/// When there is something to do for a connection, as far as it is known.
Backend::Time Backend::next_for(const Connection& connection) const {
  auto next = Time::max();
  if (!actions_.empty()) next = actions_.begin()->first;
  if (!connection.coming.empty()) next = std::min(next, connection.coming.begin()->first);
  return next;
}

std::vector<Connection::News> Backend::take_due(Connection& connection) {
  std::vector<Connection::News> due;
  auto& coming = connection.coming;
  while (!coming.empty() && coming.begin()->first <= clock_.now()) {
    auto& [news, messages, bytes] = coming.begin()->second;
    if (messages > 0) {
      connection.session->queued -= messages;
      connection.session->queued_bytes -= bytes;
    }
    due.push_back(std::move(news));
    coming.erase(coming.begin());
  }
  return due;
}

void Backend::wake(Connection& connection) noexcept {
  std::lock_guard lock(mutex_);
  connection.woken = true;
  connection.changed.notify_one();
}

bool Backend::busy() const {
  std::lock_guard lock(mutex_);
  const auto is_busy = [this](const Connection* each) {
    return (each->returns && !is_stopped()) || !each->coming.empty();
  };
  return !actions_.empty() || std::ranges::any_of(connections_, is_busy);
}

std::optional<Clock::Time> Backend::next_deadline() {
  std::lock_guard lock(mutex_);
  auto next = actions_.empty() ? Time::max() : actions_.begin()->first;
  for (const auto* connection : connections_) next = std::min(next, next_for(*connection));
  if (next == Time::max()) return std::nullopt;
  return next;
}

/// What comes of it the links take, which hear of the time, too: those that keep the same.
void Backend::time_changed() {
  std::lock_guard lock(mutex_);
  do_what_is_due();
  for (auto* each : connections_) {
    each->woken = true;
    each->changed.notify_one();
  }
}

}  // namespace tubes::memory
