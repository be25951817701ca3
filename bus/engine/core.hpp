#pragma once

#include <atomic>
#include <memory>
#include <string>

#include <tubes/bus/bus.hpp>
#include <tubes/bus/engine.hpp>
#include <tubes/bus/engine/link.hpp>

namespace tubes {

/// A bus behind its interface. Subscriptions hold it weakly, so they may outlive the bus.
class Core : public std::enable_shared_from_this<Core> {
 public:
  Core(std::unique_ptr<Driver> driver, const BusOptions& options, const Wiring& wiring);
  ~Core();

  bool publish(std::string_view topic, std::string_view payload, bool may_wait);
  bool publish_numbered(std::string_view topic, const Outbox::Make& make, bool may_wait);
  void flush(Milliseconds timeout);
  Subscription subscribe(const Filter& filter, Handler handler, const SubscribeOptions& options);
  Subscription on_event(EventHandler handler);
  Subscription on_pulse(PulseHandler handler);
  void after(Milliseconds delay, std::function<void()> action);
  std::optional<std::string> call(RetainedCall::Kind kind, std::string_view key,
                                  std::string_view value);
  Stats close(Milliseconds timeout);
  Stats stats() const;
  std::vector<PeerStats> ask_stats(Milliseconds wait);
  const Capabilities& capabilities() const noexcept { return capabilities_; }

  const std::string& id() const noexcept { return id_; }

  bool inside() const { return dispatcher_->inside(this); }
  void end(Inbox& inbox, bool wait) noexcept;
  void end(Events::Listener& listener, bool wait) noexcept;
  void end(Pulses::Listener& listener, bool wait) noexcept;
  /// Returns once no handler runs and none will; ends the threads.
  void shut_down();

 private:
  Outbox::Wait wait_for_room() const;
  bool published(Outbox::Push push, std::string_view topic, bool may_wait);
  void schedule_heartbeat();
  PeerStats describe() const;
  void question_arrived();
  void answer();
  Stats close_inside(Milliseconds timeout);
  Patience patience(Milliseconds timeout) const;
  bool run_handlers();
  void drain_inboxes(Deadline deadline);
  void drain_outbox(Milliseconds timeout);
  void stop_handlers();
  void require_ready(const Filter& filter);
  void wait_for_heartbeats();
  void check_size(std::string_view what, std::string_view payload) const;
  [[noreturn]] void refuse_closed() const;
  [[noreturn]] void refuse_full() const;

  const std::string id_;
  const BusOptions options_;
  Clock& clock_;
  const Clock::Time opened_at_;
  const bool inline_io_;
  /// Nobody else does what this bus waits for: it moves the clock on to where it is done.
  const bool passes_time_;
  const bool shares_dispatcher_;
  const std::shared_ptr<Dispatcher> dispatcher_;
  Events events_;
  Outbox outbox_;
  const std::shared_ptr<BackPressure> back_pressure_;
  Inboxes inboxes_;
  Filters filters_;
  Calls calls_;
  Pulses pulses_;
  Questions questions_;
  Link link_;
  const Capabilities capabilities_;
  std::atomic<bool> closing_{false};
  std::atomic<bool> heartbeat_scheduled_{false};
};

}  // namespace tubes
