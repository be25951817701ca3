#include <algorithm>

#include <tubes/bus/engine/outbox.hpp>

namespace tubes {

std::size_t Outbox::cost(std::string_view topic, std::string_view payload) {
  return sizeof(Entry) + topic.size() + payload.size();
}

bool Outbox::has_room(std::size_t bytes) const {
  // An empty outbox takes any message, however small outbox_bytes is.
  return queue_.empty() || bytes_ + bytes <= options_.outbox_bytes;
}

Outbox::Push Outbox::push(std::string_view topic, std::string_view payload, Wait wait) {
  const auto bytes = cost(topic, payload);
  std::unique_lock lock(mutex_);
  const auto settled = [&] {
    return refusing_ || has_room(bytes) || (wait == Wait::while_connected && !connected_);
  };
  if (wait != Wait::never) room_.wait_for(lock, options_.publish_timeout, settled);
  if (refusing_) return Push::closed;
  if (!has_room(bytes)) return Push::full;
  queue_.push_back({{std::string(topic), std::string(payload)}, clock_.now()});
  bytes_ += bytes;
  ++ledger_.published;
  return Push::done;
}

Outbox::Flushed Outbox::flush(Deadline deadline) {
  std::unique_lock lock(mutex_);
  Flush flush{resolved(), ledger_.published};
  flushes_.push_back(&flush);
  resolved_.wait_until(lock, deadline, [&] { return resolved() >= flush.upto; });
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
  bytes_ -= cost(message.topic, message.payload);
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
