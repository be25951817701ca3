#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tubes::zeromq {

/// Which filters are known to be live. A SUB socket is not told; but the broker answers on a topic
/// "$ready.…" as soon as it sees the subscription to that, and it sees subscriptions in order: the
/// answer proves all that were made before. One such probe may prove many filters.
class Readiness {
 public:
  /// `unique` keeps the probes of two clients apart; a token of a topic.
  explicit Readiness(std::string_view unique);

  /// A filter was subscribed at the socket, and is to be proven.
  void add(std::string filter);
  /// It is not wanted any more.
  void remove(std::string_view filter);

  /// The topic to subscribe to now, if there is something that no probe was made for.
  std::optional<std::string> next_probe();
  /// Makes next_probe() ask again for everything not proven yet: an answer may have been dropped
  /// where this client's queue at the broker was full.
  void repeat() noexcept { unprobed_ = unprobed_ || !probes_.empty(); }

  struct Proof {
    std::vector<std::string> filters;  ///< are live, in the order of add()
    std::vector<std::string> probes;   ///< to unsubscribe from
  };
  /// A message on `topic` arrived. Nothing if it answers no open probe.
  std::optional<Proof> answered(std::string_view topic);

  bool is_waiting() const noexcept { return unprobed_ || !probes_.empty(); }

 private:
  struct Waiting {
    std::string filter;
    std::uint64_t before;  ///< the first probe that proves it
  };
  std::string prefix_;
  std::uint64_t next_ = 0;  ///< the number of the next probe
  bool unprobed_ = true;    ///< the first probe proves the connection itself
  std::vector<Waiting> waiting_;
  std::vector<std::string> probes_;  ///< open ones, oldest first; the newest is number next_ - 1
};

}  // namespace tubes::zeromq
