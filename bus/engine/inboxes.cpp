#include <algorithm>
#include <utility>

#include <tubes/bus/engine/inboxes.hpp>

namespace tubes {

Inbox::Inbox(Inboxes& inboxes, std::uint64_t id, Filter filter, Handler handler,
             SubscribeOptions options, const void* owner)
    : Work(owner),
      inboxes_(inboxes),
      id_(id),
      filter_(std::move(filter)),
      options_(options),
      handler_(std::move(handler)) {}

void Inbox::run() noexcept {
  std::unique_lock lock(inboxes_.mutex_);
  if (ended_ || queue_.empty()) return;
  const auto message = std::move(queue_.front());
  queue_.pop_front();
  bytes_ -= message->payload.size();
  running_ = true;
  lock.unlock();
  if (blocks()) inboxes_.back_pressure_->changed();
  inboxes_.events_.guard([&] { handler_(Delivery{message->topic, message->payload}); });
  inboxes_.finished(*this);
}

Inboxes::Inboxes(Dispatcher& dispatcher, Events& events, const void* owner,
                 BackPressure* back_pressure)
    : dispatcher_(dispatcher), events_(events), owner_(owner), back_pressure_(back_pressure) {
  if (back_pressure_ != nullptr) back_pressure_->join(*this);
}

Inboxes::~Inboxes() {
  if (back_pressure_ != nullptr) back_pressure_->leave(*this);
}

void Inboxes::finished(Inbox& inbox) noexcept {
  Handler ended;  // released after the lock: it may own anything
  std::lock_guard lock(mutex_);
  inbox.running_ = false;
  --ledger_.waiting;
  ++ledger_.delivered;
  if (inbox.ended_) ended = std::move(inbox.handler_);
  if (ledger_.waiting == 0) empty_.notify_all();
}

std::shared_ptr<Inbox> Inboxes::add(const Filter& filter, Handler handler,
                                    const SubscribeOptions& options) {
  if (options.overflow == Overflow::block) back_pressure_->began();
  std::lock_guard lock(mutex_);
  const auto id = ++last_id_;
  auto inbox = std::make_shared<Inbox>(*this, id, filter, std::move(handler), options, owner_);
  index(filter)[std::string(filter.stem())].emplace(id, inbox);
  return inbox;
}

void Inboxes::remove(Inbox& inbox) noexcept {
  Handler ended;  // released after the lock: it may own anything
  std::shared_ptr<Inbox> removed;
  std::unique_lock lock(mutex_);
  if (std::exchange(inbox.ended_, true)) return;
  ledger_.unsubscribed += drop_waiting(inbox);
  if (!inbox.running_) ended = std::move(inbox.handler_);
  auto& filters = index(inbox.filter_);
  const auto subscribers = filters.find(inbox.filter_.stem());
  if (subscribers == filters.end()) return;
  if (auto found = subscribers->second.extract(inbox.id_)) removed = std::move(found.mapped());
  if (subscribers->second.empty()) filters.erase(subscribers);
  lock.unlock();
  if (inbox.blocks()) back_pressure_->ended();
}

std::uint64_t Inboxes::drop_waiting(Inbox& inbox) {
  const std::uint64_t count = inbox.queue_.size();
  inbox.queue_.clear();
  inbox.bytes_ = 0;
  ledger_.waiting -= count;
  if (ledger_.waiting == 0) empty_.notify_all();
  return count;
}

void Inboxes::deliver(std::string_view topic, std::string_view payload, std::string_view filter) {
  std::lock_guard lock(mutex_);
  if (refusing_) return;
  found_.clear();
  find(topic, filter);
  if (found_.empty()) return;
  const auto message =
      std::make_shared<const Incoming>(Incoming{std::string(topic), std::string(payload)});
  for (auto& inbox : found_)
    if (push(*inbox, message)) dispatcher_.post(inbox);
  found_.clear();
}

void Inboxes::find(std::string_view topic, std::string_view filter) {
  if (topic.starts_with('$')) return;  // the bus's own
  if (!filter.empty()) {
    const bool prefix = filter.ends_with('>');
    find_in(prefix ? by_prefix_ : by_topic_, prefix ? filter.substr(0, filter.size() - 1) : topic);
    return;
  }
  find_in(by_topic_, topic);
  if (by_prefix_.empty()) return;
  for (auto dot = topic.find('.'); dot != std::string_view::npos; dot = topic.find('.', dot + 1))
    find_in(by_prefix_, topic.substr(0, dot + 1));
}

void Inboxes::find_in(const Index& index, std::string_view key) {
  const auto subscribers = index.find(key);
  if (subscribers == index.end()) return;
  for (const auto& [id, inbox] : subscribers->second) found_.push_back(inbox);
}

/// True if the inbox needs one more run for this message.
bool Inboxes::push(Inbox& inbox, const std::shared_ptr<const Incoming>& message) {
  ++ledger_.received;
  bool replaced = false;
  while (!inbox.blocks() && is_full(inbox, message->payload.size())) {
    overflowed(inbox);
    if (inbox.options_.overflow == Overflow::drop_newest) return false;
    inbox.bytes_ -= inbox.queue_.front()->payload.size();
    inbox.queue_.pop_front();
    --ledger_.waiting;
    replaced = true;
  }
  inbox.queue_.push_back(message);
  inbox.bytes_ += message->payload.size();
  ++ledger_.waiting;
  return !replaced;  // the run of a message that was dropped serves this one
}

/// An empty inbox takes any message, however small its bounds are.
bool Inboxes::is_full(const Inbox& inbox, std::size_t bytes) {
  return !inbox.queue_.empty() && (inbox.queue_.size() >= inbox.options_.inbox_messages ||
                                   inbox.bytes_ + bytes > inbox.options_.inbox_bytes);
}

/// The last message is there however small the bounds are.
bool Inboxes::is_over(const Inbox& inbox, std::size_t more) {
  if (!inbox.blocks() || inbox.queue_.size() + more <= 1) return false;
  return inbox.queue_.size() + more > inbox.options_.inbox_messages ||
         inbox.bytes_ + more > inbox.options_.inbox_bytes;
}

bool Inboxes::is_over(std::string_view topic, std::size_t more) {
  std::lock_guard lock(mutex_);
  found_.clear();
  find(topic, {});
  return std::ranges::any_of(found_, [&](const auto& inbox) { return is_over(*inbox, more); });
}

void Inboxes::drop_newest(std::string_view topic) {
  std::lock_guard lock(mutex_);
  found_.clear();
  find(topic, {});
  for (const auto& inbox : found_) {
    if (!is_over(*inbox, 0)) continue;
    inbox->bytes_ -= inbox->queue_.back()->payload.size();
    inbox->queue_.pop_back();
    --ledger_.waiting;
    overflowed(*inbox);
  }
}

void Inboxes::overflowed(Inbox& inbox) {
  ++ledger_.overflowed;
  events_.emit(Event::Kind::overflow, inbox.filter_.text(), 1);
}

void Inboxes::refuse() {
  {
    std::lock_guard lock(mutex_);
    refusing_ = true;
  }
  if (back_pressure_ != nullptr) back_pressure_->changed();  // a closing sender waits no longer
}

void Inboxes::close() {
  std::unique_lock lock(mutex_);
  refusing_ = true;
  for (auto* filters : {&by_topic_, &by_prefix_})
    for (auto& [stem, subscribers] : *filters)
      for (auto& [id, inbox] : subscribers) ledger_.discarded += drop_waiting(*inbox);
  lock.unlock();
  if (back_pressure_ != nullptr) back_pressure_->changed();
}

bool Inboxes::wait_until_empty(Deadline deadline) {
  std::unique_lock lock(mutex_);
  return empty_.wait_until(lock, deadline, [&] { return ledger_.waiting == 0; });
}

Received Inboxes::ledger() const {
  std::lock_guard lock(mutex_);
  return ledger_;
}

}  // namespace tubes
