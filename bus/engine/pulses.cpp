#include <tubes/bus/engine/pulses.hpp>

namespace tubes {
namespace {

// A heartbeat that finds no room is as one that was lost: the next one states the same.
constexpr std::size_t most_beats = 1024;

}  // namespace

std::shared_ptr<Pulses::Listener> Pulses::add(PulseHandler handler) {
  auto listener = std::make_shared<Listener>(*this, std::move(handler), owner_);
  std::lock_guard lock(mutex_);
  return listeners_.add(std::move(listener));
}

void Pulses::remove(Listener& listener) noexcept {
  std::shared_ptr<Listener> removed;  // released after the lock
  std::lock_guard lock(mutex_);
  listener.ended_ = true;
  listener.queue_.clear();
  removed = listeners_.remove(listener);
}

void Pulses::beat(std::string_view payload) {
  {
    std::lock_guard lock(mutex_);
    if (closed_ || listeners_.empty()) return;
  }
  if (auto heartbeat = parse_heartbeat(payload))
    emit({.kind = Pulse::Kind::beat, .beat = std::move(*heartbeat)});
}

void Pulses::live(const std::string& filter) {
  emit({.kind = Pulse::Kind::live, .filter = filter});
}

void Pulses::away() {
  emit({.kind = Pulse::Kind::away});
}

void Pulses::emit(const Pulse& pulse) {
  std::lock_guard lock(mutex_);
  if (closed_) return;
  for (const auto& listener : listeners_) {
    if (pulse.kind == Pulse::Kind::beat && listener->queue_.size() >= most_beats) continue;
    listener->queue_.push_back(pulse);
    dispatcher_.post(listener);
  }
}

void Pulses::Listener::run() noexcept {
  std::unique_lock lock(pulses_.mutex_);
  if (ended_ || pulses_.closed_ || queue_.empty()) return;
  const Pulse pulse = std::move(queue_.front());
  queue_.pop_front();
  lock.unlock();
  pulses_.events_.guard([&] { handler_(pulse); });
}

void Pulses::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
}

}  // namespace tubes
