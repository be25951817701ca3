#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <tubes/bus/driver.hpp>
#include <tubes/bus/engine.hpp>
#include <tubes/bus/engine/backoff.hpp>
#include <tubes/bus/engine/calls.hpp>
#include <tubes/bus/engine/events.hpp>
#include <tubes/bus/engine/filters.hpp>
#include <tubes/bus/engine/inboxes.hpp>
#include <tubes/bus/engine/outbox.hpp>
#include <tubes/bus/engine/pulses.hpp>
#include <tubes/bus/engine/questions.hpp>

namespace tubes {

/// The I/O side of a bus: keeps the driver connected, and moves everything between it and the
/// outbox, the inboxes, the filters and the calls. The driver is used by one thread at a time:
/// the I/O thread, or with `inline_io` whoever calls wake() or moves the clock.
class Link final : private Sink, private Clock::Listener {
 public:
  struct Parts {
    Outbox& outbox;
    Inboxes& inboxes;
    Events& events;
    Filters& filters;
    Calls& calls;
    Pulses& pulses;
    Questions& questions;
    std::function<void()> on_question;  ///< there is one to answer; must not wait
    Dispatcher& dispatcher;
  };

  Link(std::unique_ptr<Driver> driver, Parts parts, const BusOptions& options, Clock& clock,
       const Wiring& wiring);
  ~Link();

  Driver& driver() const noexcept { return *driver_; }

  /// There is something to do. Any thread; with `inline_io` it is done when this returns.
  void wake() noexcept;

  /// One more, one less subscription to the filter. `announce`: an event says when it is live.
  void want(const Filter& filter, bool announce);
  void unwant(const Filter& filter);

  /// Ends once the outbox is drained, or at the deadline; what is left is discarded. Does not
  /// wait for it.
  void stop(Deadline deadline);
  void wait_until_finished(Deadline deadline);

  bool connected() const noexcept { return up_.load(std::memory_order_relaxed); }
  /// How long, if so.
  Milliseconds connected_for() const noexcept;
  /// Why there is no connection, for the error of whoever waited for one.
  std::string trouble() const;

 private:
  enum class State { idle, connecting, up };

  // Sink
  void connected() override;
  void subscribed(const std::string& filter) override;
  void refused(const std::string& filter, std::string_view why) override;
  void received(std::string_view topic, std::string_view payload, std::string_view filter) override;
  void too_large(std::string_view topic, std::size_t size) override;
  void accepted(std::size_t count) override;
  void rejected(std::string_view why) override;
  void answered(std::uint64_t id, std::optional<std::string> value) override;
  void failed(std::uint64_t id, const Error& error) override;

  void received_own(std::string_view topic, std::string_view payload);
  void report(const std::string& filter, const Filters::News& news);

  void loop();
  bool should_finish();
  void finish();
  void step();
  void guarded(void (Link::*action)());
  void advance();
  void poll();
  void poll_driver();
  bool due() const;
  void begin_connect();
  void apply_filters();
  void start_calls();
  void send_waiting();
  void expire();
  void lost(const std::string& why);
  void wait_idle();
  Milliseconds next_wait() const;
  std::optional<Clock::Time> next_deadline_of_state() const;

  std::optional<Clock::Time> next_deadline() override;
  void time_changed() override;

  std::unique_ptr<Driver> driver_;
  Parts parts_;
  const BusOptions& options_;
  Clock& clock_;
  const bool inline_io_;

  State state_ = State::idle;
  Backoff backoff_;
  std::atomic<Clock::Time::rep> state_deadline_{0};  ///< next attempt, or end of this one
  std::atomic<Clock::Time::rep> up_since_{0};
  std::vector<const Outgoing*> batch_;
  bool more_to_send_ = false;
  bool only_own_left_ = false;
  bool told_own_rejected_ = false;
  std::set<std::string> told_own_refused_;

  std::atomic<bool> up_{false};
  std::atomic<bool> woken_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<Deadline::rep> stop_at_{0};
  mutable std::mutex mutex_;  ///< trouble_, the idle wait
  std::condition_variable idle_;
  std::string trouble_;
  std::mutex inline_mutex_;  ///< the driver, with inline_io
  std::condition_variable finished_;
  std::atomic<bool> done_{false};  ///< set under mutex_
  std::thread thread_;
};

}  // namespace tubes
