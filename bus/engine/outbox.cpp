#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include <tubes/bus/engine/outbox.hpp>
#include <tubes/bus/engine/own_topics.hpp>

namespace tubes {

/// A livelock of handlers that ran meanwhile ends it. What they queued goes on after the push, and
/// says so again: then the message is known to be published.
void Outbox::await_room(std::unique_lock<std::mutex>& lock, Wait wait) try {
  Patience::of(clock_, passes_time_, options_.publish_timeout).wait(lock, room_, [&] {
    return refusing_ || has_room() || (wait == Wait::while_connected && !connected_);
  });
} catch (const Error&) {
  return;
}

Outbox::Push Outbox::wait_for_room(std::unique_lock<std::mutex>& lock, Wait wait) {
  if (!has_room() && wait != Wait::never) await_room(lock, wait);
  if (refusing_) return Push::closed;
  return has_room() ? Push::done : Push::full;
}

void Outbox::append(std::string_view topic, std::string payload, bool numbered) {
  bytes_ += sizeof(Entry) + topic.size() + payload.size();
  queue_.push_back({{std::string(topic), std::move(payload)}, clock_.now(), numbered});
  last_of_user_ = ++last_;
  ++ledger_.published;
}

void Outbox::append_own(std::string_view topic, std::string payload) {
  bytes_ += sizeof(Entry) + topic.size() + payload.size();
  queue_.push_back({{std::string(topic), std::move(payload)}, clock_.now()});
  own_.push_back(++last_);
}

void Outbox::prepend_own(std::string_view topic, std::string payload) {
  bytes_ += sizeof(Entry) + topic.size() + payload.size();
  // As old as what it stands in front of, which would else expire later than it has to.
  const auto since = queue_.empty() ? clock_.now() : queue_.front().since;
  queue_.push_front({{std::string(topic), std::move(payload)}, since});
  for (auto& position : own_) ++position;
  own_.push_front(last_resolved_ + 1);
  ++last_;
  if (last_of_user_ > last_resolved_) ++last_of_user_;
  for (auto* flush : flushes_)
    if (flush->upto > last_resolved_) ++flush->upto;
}

void Outbox::append_heartbeats(std::vector<std::string> texts) {
  for (auto& text : texts) append_own(heartbeat_topic, std::move(text));
}

/// Appended by whoever is connected alone: it would expire while away.
void Outbox::append_final_heartbeat() {
  if (std::exchange(final_waits_, false)) append_heartbeats(numbers_.final_statements());
}

Outbox::Push Outbox::push(std::string_view topic, std::string_view payload, Wait wait) {
  std::unique_lock lock(mutex_);
  const auto room = wait_for_room(lock, wait);
  if (room == Push::done) append(topic, std::string(payload), false);
  return room;
}

Outbox::Push Outbox::push_numbered(std::string_view topic, const Make& make, Wait wait) {
  std::unique_lock lock(mutex_);
  const auto room = wait_for_room(lock, wait);
  if (room != Push::done) return room;
  const auto number = numbers_.last(topic) + 1;
  auto payload = make(number);
  if (has_heartbeat()) {
    // Whoever is there already so knows of the first message, should it be lost. While away it
    // would be lost, too: a new connection begins with it.
    if (number == 1 && connected_) append_own(heartbeat_topic, numbers_.announcement(topic));
    if (!numbers_.owing()) next_heartbeat_ = clock_.now() + options_.heartbeat;
  }
  append(topic, std::move(payload), true);
  numbers_.use(topic);
  return room;
}

bool Outbox::push_own(std::string_view topic, std::string payload) {
  std::lock_guard lock(mutex_);
  if (refusing_ || !has_room()) return false;
  append_own(topic, std::move(payload));
  return true;
}

std::optional<Clock::Time> Outbox::next_heartbeat() const {
  std::lock_guard lock(mutex_);
  return connected_ && has_heartbeat() && !refusing_ && numbers_.owing() ? next_heartbeat_
                                                                         : std::nullopt;
}

void Outbox::push_due_heartbeat() {
  std::lock_guard lock(mutex_);
  const auto now = clock_.now();
  if (!connected_ || refusing_ || !next_heartbeat_ || now < *next_heartbeat_) return;
  next_heartbeat_ = now + options_.heartbeat;
  if (has_heartbeat() && has_room()) append_heartbeats(numbers_.statements());
}

Outbox::Flushed Outbox::flush(const Patience& patience) {
  std::unique_lock lock(mutex_);
  Flush flush{last_of_user_, std::exchange(untold_, 0)};
  flushes_.push_back(&flush);
  // Also if the patience ends with what a handler threw; the lock is held then, too.
  const std::shared_ptr<void> listed(nullptr, [&](void*) {
    flushes_.remove(&flush);
    untold_ += flush.lost;
  });
  patience.wait(lock, resolved_, [&] { return last_resolved_ >= flush.upto; });
  return {of_the_user(last_resolved_, flush.upto), std::exchange(flush.lost, 0)};
}

void Outbox::refuse() {
  std::lock_guard lock(mutex_);
  if (std::exchange(refusing_, true)) return;
  if (has_heartbeat()) {
    final_matters_ = numbers_.owing();
    // While away it would keep a bus open that has nothing else to say.
    final_waits_ = connected_ || final_matters_ || !queue_.empty();
    if (connected_) append_final_heartbeat();
  }
  room_.notify_all();
}

Sent Outbox::ledger() const {
  std::lock_guard lock(mutex_);
  Sent snapshot = ledger_;
  snapshot.waiting = of_the_user(last_resolved_, last_);
  return snapshot;
}

void Outbox::front(std::vector<const Outgoing*>& messages, std::size_t most) const {
  messages.clear();
  std::lock_guard lock(mutex_);
  // A deque's elements stay where they are while others push to its back.
  const auto count = std::min(most, queue_.size());
  for (std::size_t i = 0; i < count; ++i) messages.push_back(&queue_[i].message);
}

void Outbox::pop() {
  const auto& message = queue_.front().message;
  bytes_ -= sizeof(Entry) + message.topic.size() + message.payload.size();
  queue_.pop_front();
}

void Outbox::sent(std::size_t count) {
  std::lock_guard lock(mutex_);
  on_the_way_ += static_cast<std::int64_t>(count);
  sent_since_connected_ |= count > 0;
  for (; count > 0; --count) pop();
  room_.notify_all();
}

void Outbox::accepted(std::size_t count) {
  std::lock_guard lock(mutex_);
  on_the_way_ -= static_cast<std::int64_t>(count);
  resolve(count, ledger_.accepted);
}

bool Outbox::rejected() {
  std::lock_guard lock(mutex_);
  --on_the_way_;
  return lose(1, ledger_.rejected) > 0;
}

void Outbox::connected() {
  std::lock_guard lock(mutex_);
  connected_ = true;
  sent_since_connected_ = false;
  if (has_heartbeat())
    for (auto& text : numbers_.announcements()) prepend_own(heartbeat_topic, std::move(text));
  // What was stated may have been on the way when the connection broke.
  numbers_.owe_everything();
  next_heartbeat_ = clock_.now() + options_.heartbeat;
  append_final_heartbeat();
}

Outbox::Counts Outbox::unsent() const {
  Counts counts;
  for (const auto& entry : queue_)
    if (entry.numbered) ++counts[entry.message.topic];
  return counts;
}

std::uint64_t Outbox::disconnected() {
  std::lock_guard lock(mutex_);
  // Where nothing was sent, what expired before never left.
  if (std::exchange(connected_, false) && sent_since_connected_) numbers_.broke(unsent());
  final_waits_ |= refusing_ && has_heartbeat() && (!queue_.empty() || on_the_way_ > 0);
  const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(0, on_the_way_));
  on_the_way_ = 0;
  final_matters_ |= final_waits_ && count > 0;
  const auto lost = lose(count, ledger_.unconfirmed);
  room_.notify_all();  // a handler waits for room only while connected
  return lost;
}

std::uint64_t Outbox::expire() {
  std::lock_guard lock(mutex_);
  const auto oldest = clock_.now() - options_.outbox_age;
  std::uint64_t count = 0;
  for (; !queue_.empty() && queue_.front().since <= oldest; ++count) pop();
  if (count > 0) room_.notify_all();
  return lose(count, ledger_.expired);
}

std::optional<Clock::Time> Outbox::next_expiry() const {
  std::lock_guard lock(mutex_);
  if (queue_.empty()) return std::nullopt;
  return queue_.front().since + options_.outbox_age;
}

bool Outbox::drained() const {
  std::lock_guard lock(mutex_);
  return queue_.empty() && on_the_way_ == 0 && !final_waits_;
}

bool Outbox::owing() const {
  std::lock_guard lock(mutex_);
  return final_matters_ || of_the_user(last_resolved_, last_) > 0;
}

void Outbox::discard() {
  std::lock_guard lock(mutex_);
  const auto count = queue_.size();
  queue_.clear();
  final_waits_ = false;
  bytes_ = 0;
  lose(count, ledger_.discarded);
  room_.notify_all();
}

std::uint64_t Outbox::of_the_user(Position after, Position upto) const {
  if (upto <= after) return 0;
  const auto own = std::ranges::upper_bound(own_, upto) - std::ranges::upper_bound(own_, after);
  return upto - after - static_cast<std::uint64_t>(own);
}

std::uint64_t Outbox::resolve(std::uint64_t count, std::uint64_t& fate) {
  const auto upto = last_resolved_ + count;
  const auto counted = of_the_user(last_resolved_, upto);
  while (!own_.empty() && own_.front() <= upto) own_.pop_front();
  last_resolved_ = upto;
  fate += counted;
  if (!flushes_.empty()) resolved_.notify_all();
  return counted;
}

std::uint64_t Outbox::lose(std::uint64_t count, std::uint64_t& fate) {
  const auto upto = last_resolved_ + count;
  auto told = last_resolved_;  // up to here
  for (Flush* flush : flushes_) {
    flush->lost += of_the_user(last_resolved_, std::min(flush->upto, upto));
    told = std::max(told, flush->upto);
  }
  untold_ += of_the_user(told, upto);
  return resolve(count, fate);
}

}  // namespace tubes
