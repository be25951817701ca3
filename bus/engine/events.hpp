#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>

#include <tubes/bus/engine/dispatcher.hpp>
#include <tubes/bus/engine/listeners.hpp>
#include <tubes/bus/event.hpp>

namespace tubes {

/// The events of one bus: each handler has its own bounded queue. Thread-safe.
class Events {
 public:
  class Listener;

  Events(Dispatcher& dispatcher, const void* owner) : dispatcher_(dispatcher), owner_(owner) {}

  std::shared_ptr<Listener> add(EventHandler handler);
  void remove(Listener& listener) noexcept;

  /// Queues the event for every listener; never waits for a handler.
  void emit(Event::Kind kind, std::string what, std::uint64_t count = 0);

  /// Calls `action`; what it throws is counted, and reported as handler_failed if `report`.
  void guard(const std::function<void()>& action, bool report = true) noexcept;

  /// No handler is called any more, and nothing is queued.
  void close();
  bool closed() const;

  std::uint64_t dropped() const;
  std::uint64_t handlers_failed() const;

 private:
  void failed(const std::string& what, bool report);

  Dispatcher& dispatcher_;
  const void* owner_;
  mutable std::mutex mutex_;
  Listeners<Listener> listeners_;
  std::uint64_t dropped_ = 0;
  std::uint64_t handlers_failed_ = 0;
  bool closed_ = false;
};

/// One on_event() handler.
class Events::Listener final : public Work {
 public:
  Listener(Events& events, EventHandler handler, const void* owner)
      : Work(owner), events_(events), handler_(std::move(handler)) {}
  void run() noexcept override;

 private:
  friend class Events;

  bool counts(const Event& event);
  void queue(const Event& event);

  Events& events_;
  EventHandler handler_;
  // Guarded by Events::mutex_.
  std::deque<Event> queue_;
  std::map<std::string, std::uint64_t> overflows_;  ///< of the queued overflow event, per filter
  bool ended_ = false;
};

}  // namespace tubes
