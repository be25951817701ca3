#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <vector>

#include <tubes/bus/clock.hpp>
#include <tubes/bus/driver.hpp>
#include <tubes/bus/engine/numbers.hpp>
#include <tubes/bus/engine/patience.hpp>
#include <tubes/bus/options.hpp>
#include <tubes/bus/stats.hpp>

namespace tubes {

/// The sending half of a bus: what was published and is not yet sent, and the ledger of what
/// became of all of it. Messages meet their fate in the order they were published.
///
/// The bus's own messages, on topics that start with "$", go the same way in the same order, but
/// all counts here are of the user's alone.
///
/// Any thread pushes and flushes. The I/O side alone takes messages off the front.
class Outbox {
 public:
  enum class Wait { never, while_connected, until_timeout };
  enum class Push { done, full, closed };
  /// Makes the payload of message `number`, see Bus::publish_numbered.
  using Make = std::function<std::string(std::uint64_t number)>;

  /// `publisher`: whose heartbeats state the numbers that were used. `passes_time`: whoever waits
  /// for room lets the clock pass, for nobody else makes any.
  Outbox(Clock& clock, const BusOptions& options, std::string publisher, bool passes_time = false)
      : clock_(clock),
        options_(options),
        passes_time_(passes_time),
        numbers_(std::move(publisher)) {}

  /// Copies the message to the back, waiting for room at most publish_timeout. There is room while
  /// less than outbox_bytes wait.
  Push push(std::string_view topic, std::string_view payload, Wait wait);
  /// The same with a payload that is made when there is room. What `make` throws is thrown on,
  /// and uses no number.
  Push push_numbered(std::string_view topic, const Make& make, Wait wait);

  /// What became, while `patience` lasted, of the messages that were published before the call.
  struct Flushed {
    std::uint64_t waiting = 0;
    /// Unconfirmed, expired, discarded or rejected, and told by no flush before.
    std::uint64_t lost = 0;
  };
  Flushed flush(const Patience& patience);

  /// From now on push() answers `closed`. Behind all that waits goes the final heartbeat; while
  /// away it waits for the connection.
  void refuse();

  /// One of the bus's own, on a topic that starts with "$". False if there is no room.
  bool push_own(std::string_view topic, std::string payload);
  /// When the next heartbeat has something to state; nothing while away.
  std::optional<Clock::Time> next_heartbeat() const;
  /// Pushes the heartbeat that is due, if one is and there is room.
  void push_due_heartbeat();

  Sent ledger() const;

  // The I/O side.

  /// The oldest messages, at most `most`; valid until sent(), expire() or discard().
  void front(std::vector<const Outgoing*>& messages, std::size_t most) const;
  /// The oldest `count` are on the way.
  void sent(std::size_t count);
  /// May run ahead of sent(): a driver may confirm a message inside send().
  void accepted(std::size_t count);
  /// Whether it was one of the user's.
  bool rejected();
  void connected();
  /// Makes what is on the way unconfirmed, and returns how much that is.
  std::uint64_t disconnected();
  /// Drops what waited longer than outbox_age, and returns how much that is.
  std::uint64_t expire();
  /// When expire() will have something to drop.
  std::optional<Clock::Time> next_expiry() const;
  /// Nothing waits, nothing is on the way.
  bool drained() const;
  /// Of a bus that refuses: somebody lacks something if it ends now, a message of the user's or the
  /// last word on numbers that were not stated twice.
  bool owing() const;
  /// Drops everything that waits.
  void discard();

 private:
  struct Entry {
    Outgoing message;
    Clock::Time since;
    bool numbered = false;
  };
  /// Counts every message, also the bus's own: the first has position 1.
  using Position = std::uint64_t;
  /// A flush() that waits for the messages up to `upto`.
  struct Flush {
    Position upto = 0;
    std::uint64_t lost = 0;
  };

  using Counts = std::map<std::string, std::uint64_t, std::less<>>;
  /// The numbered messages that wait, per topic.
  Counts unsent() const;
  void await_room(std::unique_lock<std::mutex>& lock, Wait wait);
  Push wait_for_room(std::unique_lock<std::mutex>& lock, Wait wait);
  bool has_heartbeat() const { return options_.heartbeat > Milliseconds::zero(); }
  bool has_room() const { return bytes_ < options_.outbox_bytes; }
  void append(std::string_view topic, std::string payload, bool numbered);
  void append_own(std::string_view topic, std::string payload);
  void append_heartbeats(std::vector<std::string> texts);
  void append_final_heartbeat();
  /// In front of all that waits; only while nothing is on the way.
  void prepend_own(std::string_view topic, std::string payload);
  void pop();
  /// The next `count` messages have met their fate. Returns how many of them, the user's, are
  /// counted in `fate`.
  std::uint64_t resolve(std::uint64_t count, std::uint64_t& fate);
  std::uint64_t lose(std::uint64_t count, std::uint64_t& fate);
  /// How many of the user's are at (after, upto]; none of these has met its fate yet.
  std::uint64_t of_the_user(Position after, Position upto) const;

  Clock& clock_;
  const BusOptions& options_;
  const bool passes_time_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable resolved_;
  std::deque<Entry> queue_;
  std::size_t bytes_ = 0;
  Numbers numbers_;
  std::optional<Clock::Time> next_heartbeat_;
  Position last_ = 0, last_of_user_ = 0, last_resolved_ = 0;
  std::deque<Position> own_;     // of the bus's own messages that have not met their fate
  std::int64_t on_the_way_ = 0;  // below 0 while accepted() runs ahead of sent()
  Sent ledger_;
  std::list<Flush*> flushes_;
  std::uint64_t untold_ = 0;  // losses that no flush has told of
  bool connected_ = false;
  bool sent_since_connected_ = false;
  bool refusing_ = false;
  bool final_waits_ = false;    // for a connection, to be appended
  bool final_matters_ = false;  // what it states was not stated twice, or got lost
};

}  // namespace tubes
