#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include <tubes/bus/bus.hpp>
#include <tubes/bus/engine/back_pressure.hpp>
#include <tubes/bus/engine/dispatcher.hpp>
#include <tubes/bus/engine/events.hpp>
#include <tubes/bus/engine/outbox.hpp>
#include <tubes/bus/topic.hpp>

namespace tubes {

/// One message that arrived, shared by all the inboxes it is in.
struct Incoming {
  std::string topic, payload;
};

class Inboxes;

/// What waits for the handler of one subscription.
class Inbox final : public Work {
 public:
  Inbox(Inboxes& inboxes, std::uint64_t id, Filter filter, Handler handler,
        SubscribeOptions options, const void* owner);
  const Filter& filter() const noexcept { return filter_; }
  bool blocks() const noexcept { return options_.overflow == Overflow::block; }
  void run() noexcept override;

 private:
  friend class Inboxes;
  Inboxes& inboxes_;
  const std::uint64_t id_;
  const Filter filter_;
  const SubscribeOptions options_;
  // Guarded by Inboxes::mutex_.
  Handler handler_;
  std::deque<std::shared_ptr<const Incoming>> queue_;
  std::size_t bytes_ = 0;
  bool running_ = false;
  bool ended_ = false;
};

/// The receiving half of a bus: finds the subscriptions a message is for, holds it in their
/// inboxes until their handler's turn, and keeps the ledger of it. Thread-safe; nothing here
/// waits for a handler but wait_until_empty().
class Inboxes {
 public:
  /// `back_pressure`: for the inboxes that block; none: no inbox may.
  Inboxes(Dispatcher& dispatcher, Events& events, const void* owner,
          BackPressure* back_pressure = nullptr);
  ~Inboxes();

  std::shared_ptr<Inbox> add(const Filter& filter, Handler handler,
                             const SubscribeOptions& options);
  /// Drops what waits for it; its handler is called no more.
  void remove(Inbox& inbox) noexcept;

  /// To every matching subscription once; if the backend sent this copy for one `filter`, to the
  /// subscriptions of that filter alone.
  void deliver(std::string_view topic, std::string_view payload, std::string_view filter);

  /// What arrives from now on is not for us any more, and is not counted.
  void refuse();
  /// Refuses, and drops everything that waits.
  void close();
  bool wait_until_empty(Deadline deadline);

  Received ledger() const;

  // What back-pressure asks, of the inboxes for `topic` that block.

  /// Whether `more` messages would leave one over its bounds.
  bool is_over(std::string_view topic, std::size_t more);
  /// Drops one message of each that is over its bounds.
  void drop_newest(std::string_view topic);
  /// Whether this thread runs a handler of this bus.
  bool inside() const { return dispatcher_.inside(); }

 private:
  friend class Inbox;
  using Subscribers = std::map<std::uint64_t, std::shared_ptr<Inbox>>;  // oldest first
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Index = std::unordered_map<std::string, Subscribers, Hash, std::equal_to<>>;

  Index& index(const Filter& filter) { return filter.is_prefix() ? by_prefix_ : by_topic_; }
  void find(std::string_view topic, std::string_view filter);
  void find_in(const Index& index, std::string_view key);
  bool push(Inbox& inbox, const std::shared_ptr<const Incoming>& message);
  static bool is_full(const Inbox& inbox, std::size_t bytes);
  static bool is_over(const Inbox& inbox, std::size_t more);
  void overflowed(Inbox& inbox);
  std::uint64_t drop_waiting(Inbox& inbox);
  void finished(Inbox& inbox) noexcept;

  Dispatcher& dispatcher_;
  Events& events_;
  const void* owner_;
  BackPressure* const back_pressure_;
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  Index by_topic_;
  Index by_prefix_;  // by stem: "in."
  std::vector<std::shared_ptr<Inbox>> found_;
  std::uint64_t last_id_ = 0;
  Received ledger_;
  bool refusing_ = false;
};

}  // namespace tubes
