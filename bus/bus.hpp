#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bus/deferred.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/bus/event.hpp>
#include <tubes/bus/options.hpp>
#include <tubes/bus/peer_stats.hpp>
#include <tubes/bus/pulse.hpp>
#include <tubes/bus/stats.hpp>

namespace tubes {

/// One payload handed to one subscription. The views are valid until the handler returns.
struct Delivery {
  struct Kept {
    std::string topic;
    std::string payload;
  };

  std::string_view topic;
  std::string_view payload;  ///< bytes: may hold NUL and invalid UTF-8, may be empty

  Kept keep() const { return {std::string(topic), std::string(payload)}; }

  /// To be called in the handler, for an answer later than its return. Means something on durable
  /// transports alone (Capabilities::durable), where returning acknowledges and throwing refuses.
  Deferred defer() const { return {}; }
};

using Handler = std::function<void(const Delivery&)>;

/// Owns a subscription: it ends when this is destroyed. Move-only; safe after the bus is gone.
class Subscription {
 public:
  class Owned;  // the bus's end of it: engine/owned.hpp, not for users

  Subscription() = default;
  explicit Subscription(std::shared_ptr<Owned> owned) : owned_(std::move(owned)) {}
  Subscription(Subscription&&) noexcept = default;
  Subscription& operator=(Subscription&& other) noexcept;
  ~Subscription() { reset(); }

  /// Ends the subscription and waits for its running handler; when this has returned the handler
  /// will not run again. Inside that handler it does not wait. Hold no lock the handler takes, and
  /// do not let handlers of two buses wait for each other.
  void reset() noexcept;
  /// Ends the subscription and never waits: a handler that runs now may still be running.
  void cancel() noexcept;

 private:
  std::shared_ptr<Owned> owned_;
};

/// A message bus. Every method is thread-safe and may be called inside a handler.
///
/// Handlers: at most one of a bus runs at a time, in order per subscription, with no lock of the
/// bus held, on the bus's dispatch thread (memory's inline mode: on the publishing thread). What
/// a handler throws is counted and reported as `handler_failed`; the next delivery goes on.
///
/// The connection is made in the background and made again whenever it breaks; everything
/// subscribed is then subscribed again, and what was published meanwhile waits in the outbox.
class Bus {
 public:
  virtual ~Bus() = default;

  /// Takes the message over into the outbox; keeps no reference to the arguments. One publisher's
  /// messages on one topic arrive in this order. A full outbox blocks until publish_timeout; inside
  /// a handler only while connected, else it throws at once.
  /// Throws invalid_topic, payload_too_large, outbox_full, closed. Inline also livelock: handlers
  /// answer each other without an end, and the message itself was published.
  virtual void publish(std::string_view topic, std::string_view payload) = 0;

  /// As publish, but does not wait for room: false if the outbox is full.
  virtual bool try_publish(std::string_view topic, std::string_view payload) = 0;

  /// As publish, with a payload that `make` returns for the message's number: of those that this
  /// bus published so on this topic, counted from 1 in publishing order. A publish that throws
  /// uses none. `make` runs on this thread with a lock of the bus held: it must not call the bus.
  virtual void publish_numbered(std::string_view topic,
                                const std::function<std::string(std::uint64_t number)>& make) = 0;

  /// As publish_numbered, but does not wait for room: false, and no number used, if it is full.
  virtual bool try_publish_numbered(
      std::string_view topic, const std::function<std::string(std::uint64_t number)>& make) = 0;

  /// Returns once the backend has accepted all that this bus published before the call. Throws
  /// timed_out, with the counts of what is waiting and of what was lost since the last flush, if
  /// it has not by then, or never will; closed.
  virtual void flush(Milliseconds timeout = Milliseconds{5'000}) = 0;

  /// Calls `handler` for every message on the topic ("in") or below it ("in.>"), once each, also
  /// where subscriptions overlap. When this returns the subscription is live at the backend.
  /// Throws invalid_topic, invalid_argument, unsupported, refused, timed_out (naming address, cause
  /// and remedy), closed.
  [[nodiscard]] virtual Subscription subscribe(std::string_view filter, Handler handler,
                                               SubscribeOptions options = {}) = 0;

  /// Calls `handler` for every event from now on. Throws invalid_argument, closed.
  [[nodiscard]] virtual Subscription on_event(EventHandler handler) = 0;

  /// Calls `handler` for every heartbeat of a publisher, and for what else a ledger of losses must
  /// know, in its place among the messages (see Gaps). subscribe() then waits for the heartbeats,
  /// too. Where a backend refuses them there are none. Throws invalid_argument, closed.
  [[nodiscard]] virtual Subscription on_pulse(PulseHandler handler) = 0;

  /// Runs `action` once, as a handler, when `delay` has passed; forgotten if the bus closes first.
  /// Throws invalid_argument, closed; unsupported on an inline bus without a VirtualClock.
  virtual void after(Milliseconds delay, std::function<void()> action) = 0;

  /// Retained values: the last one put wins, and whoever comes later reads it. Keys follow the
  /// grammar of topics. All three wait for the backend's answer until ready_timeout.
  /// Throw invalid_topic, payload_too_large, unsupported, refused, timed_out, closed.
  virtual void put(std::string_view key, std::string_view value) = 0;
  virtual std::optional<std::string> get(std::string_view key) = 0;
  virtual void remove(std::string_view key) = 0;

  /// Drains inboxes and outbox, stops handlers and ends the threads; idempotent. What arrives from
  /// the call on is not taken any more. While away it waits for the connection if messages wait, or
  /// numbers that were not stated twice. At the timeout it returns; what was left is `discarded`
  /// in the ledger, and a handler that still runs keeps alive what it needs. Inside a handler it
  /// returns at once: no further delivery starts, and the outbox drains elsewhere.
  virtual Stats close(Milliseconds timeout = Milliseconds{5'000}) = 0;

  /// The name of this bus among all publishers: 128 random bits in hexadecimal.
  virtual const std::string& id() const noexcept = 0;
  virtual Stats stats() const = 0;
  /// Asks all buses that are there, and waits so long for their answers; sorted by name. This bus
  /// is not among them, nor are those with answer_stats off, and those that were asked too often.
  /// An inline bus does not wait, and inside a handler hears nobody. Throws refused, timed_out,
  /// closed.
  virtual std::vector<PeerStats> ask_stats(Milliseconds wait = Milliseconds{1'000}) = 0;
  virtual Capabilities capabilities() const noexcept = 0;
};

/// Whether this thread runs a handler of some bus: what waits for another handler must not wait
/// there.
bool inside_handler() noexcept;

}  // namespace tubes
