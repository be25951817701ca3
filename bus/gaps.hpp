#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bus/heartbeat.hpp>

namespace tubes {

/// What of other publishers' numbered messages never came, counted in messages.
struct Losses {
  std::uint64_t lost = 0;    ///< while this bus was there
  std::uint64_t missed = 0;  ///< published while this bus was away, or soon after
};

/// Finds, from the numbers that messages and heartbeats carry, the messages that never came.
///
/// The first number of a publisher on a topic is where counting begins: what was before, nobody
/// claims to have lost. So a late join, a publisher that restarted (it has a new name) and one that
/// was forgotten are no loss; and a publisher that announces itself with 0 before its first message
/// is counted from there. Not thread-safe; no I/O, no time.
class Gaps {
 public:
  struct Gap {
    std::string topic, publisher;
    std::uint64_t count = 0;
    bool away = false;  ///< missed, not lost
  };

  /// Remembers `most` pairs of topic and publisher; the one that was silent longest is forgotten.
  explicit Gaps(std::size_t most = 65'536) : most_(most) {}

  /// What is published on the topic from now on arrives, until away(). Heartbeats about a topic
  /// that is not live begin no count.
  void live(std::string_view topic);
  /// The connection broke.
  void away();

  /// What is missing in front of message `number`, if something is. A number that was counted
  /// before, 0 and a publisher without a name say nothing.
  std::optional<Gap> message(std::string_view topic, std::string_view publisher,
                             std::uint64_t number);
  /// What should have come by now, on each topic. The final one ends its publisher.
  std::vector<Gap> heartbeat(const Heartbeat& heartbeat);

  /// The sums of all gaps so far.
  const Losses& losses() const noexcept { return losses_; }
  std::size_t remembered() const noexcept { return counts_.size(); }

 private:
  using Key = std::pair<std::string, std::string>;  // publisher, topic
  struct Count {
    std::uint64_t last = 0;
    bool away = false;  ///< nothing came since the connection broke
    std::list<Key>::iterator turn;
  };
  using Counts = std::map<Key, Count>;

  Count* find(const Key& key);
  void begin(Key key, std::uint64_t last);
  std::optional<Gap> advance(const Key& key, Count& count, std::uint64_t to);
  void forget(std::string_view publisher);

  const std::size_t most_;
  std::set<std::string, std::less<>> live_;
  Counts counts_;
  std::list<Key> turns_;  // the one that was silent longest first
  Losses losses_;
};

}  // namespace tubes
