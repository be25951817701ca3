#pragma once

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bus/clock.hpp>
#include <tubes/bus/engine/patience.hpp>
#include <tubes/bus/peer_stats.hpp>

namespace tubes {

/// The question for the stats of all buses, from both ends: what this bus is to answer, and what
/// others answered to it. A question is {"v":1,"reply":"$stats.ID"}, and names the topic for the
/// answer: ID is the asker's, 32 hexadecimal digits, so that nobody is answered on a topic that
/// means something else. Thread-safe.
class Questions {
 public:
  /// So many answers at once, and then one in `pause`.
  static constexpr int most_at_once = 10;
  static constexpr Milliseconds pause{100};

  Questions(Clock& clock, const std::string& id);

  /// The topic this bus is answered on, and the payload that asks for it.
  const std::string& reply_topic() const noexcept { return reply_topic_; }
  std::string question() const;

  /// A payload that arrived on "$stats". True if it is to be answered.
  bool asked(std::string_view payload);
  /// The topics to answer on.
  std::vector<std::string> take();

  /// A payload that arrived on the reply topic.
  void answered(std::string_view payload);
  /// All that answered since, by name; waits `patience` for them, or until close().
  void begin();
  std::vector<PeerStats> end(const Patience* patience);
  void close();

 private:
  bool may_answer();

  Clock& clock_;
  const std::string reply_topic_;
  std::mutex mutex_;
  std::condition_variable closing_;
  Clock::Time answered_until_{0};  ///< so many answers are given in advance
  std::vector<std::string> to_answer_;
  int asking_ = 0;
  std::map<std::string, PeerStats> answers_;  // by id
  bool closed_ = false;
};

}  // namespace tubes
