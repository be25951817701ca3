#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include <tubes/bus/engine/dispatcher.hpp>
#include <tubes/bus/engine/events.hpp>
#include <tubes/bus/engine/listeners.hpp>
#include <tubes/bus/pulse.hpp>

namespace tubes {

/// Who listens to the pulses of a bus: each has a bounded queue, and hears them in their place
/// among the messages. Thread-safe; never waits for a handler.
class Pulses {
 public:
  class Listener;

  Pulses(Dispatcher& dispatcher, Events& events, const void* owner)
      : dispatcher_(dispatcher), events_(events), owner_(owner) {}

  std::shared_ptr<Listener> add(PulseHandler handler);
  void remove(Listener& listener) noexcept;

  /// A payload that arrived on the heartbeat's topic.
  void beat(std::string_view payload);
  void live(const std::string& filter);
  void away();

  /// No handler is called any more.
  void close();

 private:
  void emit(const Pulse& pulse);

  Dispatcher& dispatcher_;
  Events& events_;
  const void* owner_;
  mutable std::mutex mutex_;
  Listeners<Listener> listeners_;
  bool closed_ = false;
};

/// One on_pulse() handler.
class Pulses::Listener final : public Work {
 public:
  Listener(Pulses& pulses, PulseHandler handler, const void* owner)
      : Work(owner), pulses_(pulses), handler_(std::move(handler)) {}
  void run() noexcept override;

 private:
  friend class Pulses;

  Pulses& pulses_;
  PulseHandler handler_;
  // Guarded by Pulses::mutex_.
  std::deque<Pulse> queue_;
  bool ended_ = false;
};

}  // namespace tubes
