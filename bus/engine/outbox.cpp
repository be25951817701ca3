#include <algorithm>

#include <tubes/bus/engine/outbox.hpp>

namespace tubes {

Outbox::Push Outbox::wait_for_room(std::unique_lock<std::mutex>& lock, Wait wait) {
  const auto has_room = [&] { return bytes_ < options_.outbox_bytes; };
  if (wait != Wait::never)
    room_.wait_for(lock, options_.publish_timeout, [&] {
      return refusing_ || has_room() || (wait == Wait::while_connected && !connected_);
    });
  if (refusing_) return Push::closed;
  return has_room() ? Push::done : Push::full;
}

void Outbox::append(std::string_view topic, std::string payload) {
  bytes_ += sizeof(Entry) + topic.size() + payload.size();
  queue_.push_back({{std::string(topic), std::move(payload)}, clock_.now()});
  ++ledger_.published;
}

Outbox::Push Outbox::push(std::string_view topic, std::string_view payload, Wait wait) {
  std::unique_lock lock(mutex_);
  const auto room = wait_for_room(lock, wait);
  if (room == Push::done) append(topic, std::string(payload));
  return room;
}

Outbox::Push Outbox::push_numbered(std::string_view topic, const Make& make, Wait wait) {
  std::unique_lock lock(mutex_);
  const auto room = wait_for_room(lock, wait);
  if (room != Push::done) return room;
  auto last = numbers_.find(topic);
  if (last == numbers_.end()) last = numbers_.emplace(topic, 0).first;
  append(topic, make(last->second + 1));
  ++last->second;
  return room;
}

Outbox::Flushed Outbox::flush(const Patience& patience) {
  std::unique_lock lock(mutex_);
  Flush flush{resolved(), ledger_.published};
  flushes_.push_back(&flush);
  patience.wait(lock, resolved_, [&] { return resolved() >= flush.upto; });
  flushes_.remove(&flush);
  return {flush.upto - std::min(flush.upto, resolved()), flush.lost};
}

void Outbox::refuse() {
  std::lock_guard lock(mutex_);
  refusing_ = true;
  room_.notify_all();
}

Sent Outbox::ledger() const {
  std::lock_guard lock(mutex_);
  Sent snapshot = ledger_;
  snapshot.waiting = snapshot.published - resolved();
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
  for (; count > 0; --count) pop();
  room_.notify_all();
}

void Outbox::accepted(std::size_t count) {
  std::lock_guard lock(mutex_);
  on_the_way_ -= static_cast<std::int64_t>(count);
  resolve(count, ledger_.accepted);
}

void Outbox::rejected() {
  std::lock_guard lock(mutex_);
  --on_the_way_;
  lose(1, ledger_.rejected);
}

void Outbox::connected() {
  std::lock_guard lock(mutex_);
  connected_ = true;
}

std::uint64_t Outbox::disconnected() {
  std::lock_guard lock(mutex_);
  connected_ = false;
  const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(0, on_the_way_));
  on_the_way_ = 0;
  lose(count, ledger_.unconfirmed);
  room_.notify_all();  // a handler waits for room only while connected
  return count;
}

std::uint64_t Outbox::expire() {
  std::lock_guard lock(mutex_);
  const auto oldest = clock_.now() - options_.outbox_age;
  std::uint64_t count = 0;
  for (; !queue_.empty() && queue_.front().since <= oldest; ++count) pop();
  lose(count, ledger_.expired);
  if (count > 0) room_.notify_all();
  return count;
}

std::optional<Clock::Time> Outbox::next_expiry() const {
  std::lock_guard lock(mutex_);
  if (queue_.empty()) return std::nullopt;
  return queue_.front().since + options_.outbox_age;
}

bool Outbox::drained() const {
  std::lock_guard lock(mutex_);
  return queue_.empty() && on_the_way_ == 0;
}

void Outbox::discard() {
  std::lock_guard lock(mutex_);
  const auto count = queue_.size();
  queue_.clear();
  bytes_ = 0;
  lose(count, ledger_.discarded);
  room_.notify_all();
}

std::uint64_t Outbox::resolved() const {
  return ledger_.accepted + ledger_.unconfirmed + ledger_.expired + ledger_.discarded +
         ledger_.rejected;
}

void Outbox::resolve(std::uint64_t count, std::uint64_t& fate) {
  fate += count;
  if (!flushes_.empty()) resolved_.notify_all();
}

void Outbox::lose(std::uint64_t count, std::uint64_t& fate) {
  // Numbered as they were published, they are (last - count, last].
  const auto last = resolved() + count;
  for (Flush* flush : flushes_) {
    const auto from = std::max(flush->after, last - count);
    const auto upto = std::min(flush->upto, last);
    if (upto > from) flush->lost += upto - from;
  }
  resolve(count, fate);
}

}  // namespace tubes
