#include <algorithm>

#include <tubes/bus/engine/events.hpp>

namespace tubes {
namespace {

constexpr std::size_t longest_queue = 1024;

/// A flood of drops becomes one event that counts them.
bool add_to_last(std::deque<Event>& queue, const Event& event) {
  if (event.kind != Event::Kind::overflow || queue.empty()) return false;
  Event& last = queue.back();
  if (last.kind != event.kind || last.what != event.what) return false;
  last.count += event.count;
  return true;
}

}  // namespace

std::shared_ptr<Events::Listener> Events::add(EventHandler handler) {
  auto listener = std::make_shared<Listener>(*this, std::move(handler), owner_);
  std::lock_guard lock(mutex_);
  listeners_.push_back(listener);
  return listener;
}

void Events::remove(Listener& listener) noexcept {
  std::shared_ptr<Listener> removed;  // released after the lock
  std::lock_guard lock(mutex_);
  listener.ended_ = true;
  listener.queue_.clear();
  const auto found = std::ranges::find(listeners_, &listener, &std::shared_ptr<Listener>::get);
  if (found == listeners_.end()) return;
  removed = std::move(*found);
  listeners_.erase(found);
}

void Events::emit(Event::Kind kind, std::string what, std::uint64_t count) {
  const Event event{kind, std::move(what), count};
  std::lock_guard lock(mutex_);
  for (const auto& listener : listeners_) {
    if (add_to_last(listener->queue_, event)) continue;
    if (listener->queue_.size() == longest_queue) {
      ++dropped_;
      continue;
    }
    listener->queue_.push_back(event);
    dispatcher_.post(listener);
  }
}

void Events::Listener::run() noexcept {
  std::unique_lock lock(events_.mutex_);
  if (ended_ || queue_.empty()) return;
  const Event event = std::move(queue_.front());
  queue_.pop_front();
  lock.unlock();
  // A failing event handler that caused an event would run for ever.
  events_.guard([&] { handler_(event); }, false);
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
