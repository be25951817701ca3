#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <tubes/bus/error.hpp>
#include <tubes/bus/options.hpp>
#include <tubes/bus/topic.hpp>

namespace tubes {

/// A message on its way out.
struct Outgoing {
  std::string topic;
  std::string payload;
};

/// A call on a retained value. `id` comes back with the answer.
struct RetainedCall {
  enum class Kind { put, get, remove };
  std::uint64_t id = 0;
  Kind kind = Kind::get;
  std::string key;
  std::string value;
};

/// What a driver tells the engine. Called by the driver from inside its own methods, that is on
/// the I/O thread; none of these waits for a handler.
class Sink {
 public:
  /// The connection is up, authenticated and usable.
  virtual void connected() = 0;
  /// Everything anyone publishes to the filter from now on will be received. Once for the last
  /// subscribe() of a filter: one that an unsubscribe() overtook is not answered.
  virtual void subscribed(const std::string& filter) = 0;
  /// The backend said no to the last subscribe() of the filter, as an answer instead of
  /// subscribed(): `why` in words, with the remedy. The connection goes on without it, and the
  /// engine does not unsubscribe() it. It asks again on the next connection, or for the next
  /// Bus::subscribe.
  virtual void refused(const std::string& filter, std::string_view why) = 0;
  /// A message arrived. The views need to live only until this returns. A backend that sends one
  /// copy for each matching filter names the `filter` the copy is for; else it stays empty, and
  /// the engine finds every subscription that matches.
  virtual void received(std::string_view topic, std::string_view payload,
                        std::string_view filter = {}) = 0;
  /// A message on the topic arrived that has more than BusOptions::max_payload, `size` bytes, and
  /// was dropped. From a driver that can pass over it without holding it.
  virtual void too_large(std::string_view topic, std::size_t size) = 0;
  /// The backend confirmed the oldest `count` messages that were sent and not yet answered.
  virtual void accepted(std::size_t count) = 0;
  /// The backend refused the oldest message that was sent and not yet answered.
  virtual void rejected(std::string_view why) = 0;
  /// The answer to a RetainedCall: `value` for a get that found one.
  virtual void answered(std::uint64_t id, std::optional<std::string> value) = 0;
  virtual void failed(std::uint64_t id, const Error& error) = 0;

 protected:
  ~Sink() = default;
};

/// What a transport implements: one connection to one backend. This is the whole of it.
///
/// The engine does what every bus does alike: outbox, inboxes, dispatch, retries, resubscribing,
/// the ledger, events, timeouts. A driver holds no threads, no queues and no locks, and no time but
/// that of its own heartbeat: all methods but wake() are called by the engine one at a time, on its
/// I/O thread.
///
/// The life of a connection: connect() starts, poll() goes on until the driver calls
/// Sink::connected(); then subscribe(), send() and call() are used, and poll() brings what
/// arrives. Whatever breaks is thrown as an Error that names the address, the cause and the
/// remedy; the engine then calls disconnect() and, after a back-off, connect() again.
class Driver {
 public:
  virtual ~Driver() = default;

  virtual Capabilities capabilities() const noexcept = 0;

  /// For events and errors: the transport and address, e.g. "redis at 127.0.0.1:6379".
  /// Never holds a secret.
  virtual std::string address() const = 0;

  /// Starts to connect and returns. `sink` outlives the driver.
  virtual void connect(Sink& sink) = 0;

  /// Drops the connection, and whatever was on the way with it. Also ends a connect().
  virtual void disconnect() noexcept = 0;

  /// Asks the backend for a filter; Sink::subscribed() says when it is live. Never asked twice
  /// for one filter without an unsubscribe() or Sink::refused() between.
  virtual void subscribe(const Filter& filter) = 0;
  virtual void unsubscribe(const Filter& filter) = 0;

  /// What is sent on one connection reaches each receiver in that order, over all topics, those of
  /// the bus's own ("$heartbeat") included: a heartbeat states what went before it.
  ///
  /// Sends as many messages of the front as can be taken now without waiting, in their order, and
  /// returns how many. Each is later (or at once) accepted() or rejected(), in that order. If
  /// fewer than all were taken, poll() must return once there is room again. That the connection
  /// broke is poll()'s to throw: a send() that throws has taken nothing.
  virtual std::size_t send(std::span<const Outgoing* const> messages) = 0;

  /// Starts a call on a retained value; only if Capabilities::retained.
  virtual void call(const RetainedCall& call) = 0;

  /// Does what there is to do on the network, waiting for it at most `longest` or until wake().
  virtual void poll(Milliseconds longest) = 0;

  /// Makes the current or the next poll() return soon. Any thread, any time, never waits.
  virtual void wake() noexcept = 0;
};

}  // namespace tubes
