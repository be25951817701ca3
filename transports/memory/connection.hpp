#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <tubes/bus/clock.hpp>
#include <tubes/bus/driver.hpp>

namespace tubes::memory {

/// One connection to a simulated backend, from connect() to its end; guarded by the Backend. What
/// is on the way refers to it by shared_ptr, and so sees that it has ended.
struct Session {
  struct Subscribed {
    std::uint64_t number = 0;  ///< of its subscribe()
    bool live = false;
  };

  bool ended = false;
  std::uint64_t sent = 0, arrived = 0;                                  ///< messages
  std::uint64_t cut_after = std::numeric_limits<std::uint64_t>::max();  ///< the rest never arrives
  std::map<std::string, Subscribed, std::less<>> filters;               ///< by their text
  std::uint64_t last_filter = 0;
  std::size_t queued = 0, queued_bytes = 0;  ///< messages on the way to the subscriber

  /// Whether a filter that is live matches the topic.
  bool wants(std::string_view topic) const;

  // Nothing overtakes what went the same way before: the last arrival on each.
  Clock::Time last_request{0}, last_subscribe{0}, last_message{0}, last_answer{0};
};

/// One bus's place at a simulated backend; guarded by the Backend.
struct Connection {
  /// What a driver is told, at its time; may throw what ends the connection.
  using News = std::function<void(Sink&)>;
  struct Coming {
    News news;
    std::size_t messages = 0, bytes = 0;  ///< of the subscriber's queue
  };

  std::shared_ptr<Session> session;           ///< none while not connected
  std::multimap<Clock::Time, Coming> coming;  ///< to the driver
  bool returns = false;  ///< its connection broke, and the engine will connect again

  std::condition_variable changed;
  bool woken = false;
};

}  // namespace tubes::memory
