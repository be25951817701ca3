#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <tubes/bus/engine/outbox.hpp>
#include <tubes/bus/topic.hpp>

namespace tubes {

/// Which filters a bus wants, and which of them are live at the backend. Thread-safe.
///
/// Filters of the bus's own are asked for before all others, nothing waits for them, and they are
/// no news.
class Filters {
 public:
  /// What the I/O side has to ask the backend for.
  struct Change {
    Filter filter;
    bool wanted = false;  ///< subscribe, or else unsubscribe
  };
  enum class Live { yes, not_yet, refused, closed };

  /// What a change of the filters means to the bus's events.
  struct News {
    bool announce = false;         ///< a background subscription is live
    bool live = false;             ///< the filter is live, and this subscription with it
    bool refused = false;          ///< the backend said no
    std::size_t resubscribed = 0;  ///< all of so many filters are live again
  };

  /// One more, one less subscription to the filter. `announce`: it is news when it is live.
  News add(const Filter& filter, bool announce);
  News remove(const Filter& filter);

  bool wants(const Filter& filter) const;
  /// `why`: where to put the backend's reason, if it refused.
  Live wait_until_live(const Filter& filter, const Patience& patience, std::string* why = nullptr);
  /// Wakes up whoever waits.
  void close();

  // The I/O side.

  /// A new connection knows nothing: everything wanted becomes a change again.
  void connected();
  void disconnected();
  /// Whether all that was wanted when the connection came up has been answered: what waited in the
  /// outbox is sent only then, so that this bus's own subscriptions receive it.
  bool settled() const;
  std::vector<Change> take_changes();

  /// The backend's answers.
  News live(const std::string& filter);
  /// It counts as answered; the next connection, or the next subscription to it, asks again.
  News refused(const std::string& filter, std::string_view why);

 private:
  enum class State { asked, live, refused };
  // "$" sorts before what user's filters begin with: a new connection is asked for own ones first.
  struct Entry {
    Filter filter;
    std::size_t subscriptions = 0;
    bool announce = false;
    State state = State::asked;
    std::string why_refused{};
    bool was_live = false;  ///< when the connection broke
  };

  void ask(Entry& entry);
  /// The entry that `filter` asks for right now, if this answers the last time it was asked for.
  Entry* answered(const std::string& filter);
  /// How many filters are live again, if all are answered and it was not said yet.
  std::size_t resubscribed();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Entry> entries_;
  std::vector<Change> changes_;
  std::size_t unanswered_ = 0;
  bool connected_ = false;
  std::set<std::string> unsettled_;  // wanted when the connection came up, and not yet answered
  bool resubscribing_ = false;
  bool closed_ = false;
};

}  // namespace tubes
