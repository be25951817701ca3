#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <tubes/bus/engine/outbox.hpp>
#include <tubes/bus/topic.hpp>

namespace tubes {

/// Which filters a bus wants, and which of them are live at the backend. Thread-safe.
class Filters {
 public:
  /// What the I/O side has to ask the backend for.
  struct Change {
    Filter filter;
    bool wanted;  ///< subscribe, or else unsubscribe
  };
  enum class Live { yes, not_yet, closed };

  /// One more, one less subscription to the filter. `announce`: live() is to report it.
  void add(const Filter& filter, bool announce);
  void remove(const Filter& filter);

  Live wait_until_live(const Filter& filter, Deadline deadline);
  /// Wakes up whoever waits.
  void close();

  // The I/O side.

  /// A new connection knows nothing: everything wanted becomes a change again.
  void connected();
  std::vector<Change> take_changes();

  /// What an answer of the backend means to the bus's events.
  struct Answer {
    bool announce = false;         ///< a background subscription is live
    std::size_t resubscribed = 0;  ///< all of so many filters are live again
  };
  Answer live(const std::string& filter);

 private:
  struct Entry {
    Filter filter;
    std::size_t subscriptions = 0;
    bool announce = false;
    bool live = false;
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Entry> entries_;
  // Answers on the way, per filter. One of an older subscribe must not make a newer one live.
  std::map<std::string, std::size_t> awaited_;
  std::vector<Change> changes_;
  std::size_t not_live_ = 0;
  bool resubscribing_ = false;
  bool closed_ = false;
};

}  // namespace tubes
