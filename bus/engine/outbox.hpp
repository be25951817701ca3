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
#include <tubes/bus/engine/patience.hpp>
#include <tubes/bus/options.hpp>
#include <tubes/bus/stats.hpp>

namespace tubes {

/// The sending half of a bus: what was published and is not yet sent, and the ledger of what
/// became of all of it. Messages meet their fate in the order they were published.
///
/// Any thread pushes and flushes. The I/O side alone takes messages off the front.
class Outbox {
 public:
  enum class Wait { never, while_connected, until_timeout };
  enum class Push { done, full, closed };
  /// Makes the payload of message `number`, see Bus::publish_numbered.
  using Make = std::function<std::string(std::uint64_t number)>;

  Outbox(Clock& clock, const BusOptions& options) : clock_(clock), options_(options) {}

  /// Copies the message to the back, waiting for room at most publish_timeout. There is room while
  /// less than outbox_bytes wait.
  Push push(std::string_view topic, std::string_view payload, Wait wait);
  /// The same with a payload that is made when there is room. What `make` throws is thrown on,
  /// and uses no number.
  Push push_numbered(std::string_view topic, const Make& make, Wait wait);

  /// What became, while `patience` lasted, of the messages that were published before the call.
  struct Flushed {
    std::uint64_t waiting = 0;
    std::uint64_t lost = 0;  ///< unconfirmed, expired, discarded or rejected
  };
  Flushed flush(const Patience& patience);

  /// From now on push() answers `closed`.
  void refuse();

  Sent ledger() const;

  // The I/O side.

  /// The oldest messages, at most `most`; valid until sent(), expire() or discard().
  void front(std::vector<const Outgoing*>& messages, std::size_t most) const;
  /// The oldest `count` are on the way.
  void sent(std::size_t count);
  /// May run ahead of sent(): a driver may confirm a message inside send().
  void accepted(std::size_t count);
  void rejected();
  void connected();
  /// Makes what is on the way unconfirmed, and returns how much that is.
  std::uint64_t disconnected();
  /// Drops what waited longer than outbox_age, and returns how much that is.
  std::uint64_t expire();
  /// When expire() will have something to drop.
  std::optional<Clock::Time> next_expiry() const;
  /// Nothing waits, nothing is on the way.
  bool drained() const;
  /// Drops everything that waits.
  void discard();

 private:
  struct Entry {
    Outgoing message;
    Clock::Time since;
  };
  /// A flush() that waits for the messages numbered (after, upto].
  struct Flush {
    std::uint64_t after, upto, lost = 0;
  };

  Push wait_for_room(std::unique_lock<std::mutex>& lock, Wait wait);
  void append(std::string_view topic, std::string payload);
  void pop();
  /// The next `count` messages have met their fate, counted in `fate`.
  void resolve(std::uint64_t count, std::uint64_t& fate);
  void lose(std::uint64_t count, std::uint64_t& fate);
  std::uint64_t resolved() const;

  Clock& clock_;
  const BusOptions& options_;
  mutable std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable resolved_;
  std::deque<Entry> queue_;
  std::size_t bytes_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> numbers_;  // the last one used, per topic
  std::int64_t on_the_way_ = 0;  // below 0 while accepted() runs ahead of sent()
  Sent ledger_;
  std::list<Flush*> flushes_;
  bool connected_ = false;
  bool refusing_ = false;
};

}  // namespace tubes
