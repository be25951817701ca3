#include <tubes/bus/engine/events.hpp>

namespace tubes {
namespace {

constexpr std::size_t longest_queue = 1024;

}  // namespace

std::shared_ptr<Events::Listener> Events::add(EventHandler handler) {
  auto listener = std::make_shared<Listener>(*this, std::move(handler), owner_);
  std::lock_guard lock(mutex_);
  return listeners_.add(std::move(listener));
}

void Events::remove(Listener& listener) noexcept {
  std::shared_ptr<Listener> removed;  // released after the lock
  std::lock_guard lock(mutex_);
  listener.ended_ = true;
  listener.queue_.clear();
  removed = listeners_.remove(listener);
}

void Events::emit(Event::Kind kind, std::string what, std::uint64_t count) {
  const Event event{kind, std::move(what), count};
  std::lock_guard lock(mutex_);
  if (closed_) return;
  for (const auto& listener : listeners_) {
    if (listener->counts(event)) continue;
    if (listener->queue_.size() == longest_queue) {
      ++dropped_;
      continue;
    }
    listener->queue(event);
    dispatcher_.post(listener);
  }
}

/// A flood of drops becomes one event of each filter, which counts them.
bool Events::Listener::counts(const Event& event) {
  const auto queued =
      event.kind == Event::Kind::overflow ? overflows_.find(event.what) : overflows_.end();
  if (queued == overflows_.end()) return false;
  queued->second += event.count;
  return true;
}

void Events::Listener::queue(const Event& event) {
  if (event.kind == Event::Kind::overflow) overflows_[event.what] = event.count;
  queue_.push_back(event);
}

void Events::Listener::run() noexcept {
  std::unique_lock lock(events_.mutex_);
  if (ended_ || events_.closed_ || queue_.empty()) return;
  Event event = std::move(queue_.front());
  queue_.pop_front();
  if (event.kind == Event::Kind::overflow) event.count = overflows_.extract(event.what).mapped();
  lock.unlock();
  // A failing event handler that caused an event would run for ever.
  events_.guard([&] { handler_(event); }, false);
}

void Events::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
}

bool Events::closed() const {
  std::lock_guard lock(mutex_);
  return closed_;
}

void Events::guard(const std::function<void()>& action, bool report) noexcept {
  try {
    action();
  } catch (const std::exception& error) {
    failed(error.what(), report);
  } catch (...) {
    failed("something that is no std::exception", report);
  }
}

void Events::failed(const std::string& what, bool report) {
  {
    std::lock_guard lock(mutex_);
    ++handlers_failed_;
  }
  if (report) emit(Event::Kind::handler_failed, what, 1);
}

std::uint64_t Events::dropped() const {
  std::lock_guard lock(mutex_);
  return dropped_;
}

std::uint64_t Events::handlers_failed() const {
  std::lock_guard lock(mutex_);
  return handlers_failed_;
}

}  // namespace tubes
