#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tubes {

/// The numbers of one publisher's messages, per topic, and what its heartbeats still have to say
/// of them: each change twice, because a heartbeat may be lost, too. Not thread-safe.
class Numbers {
 public:
  explicit Numbers(std::string publisher) : publisher_(std::move(publisher)) {}
  Numbers(const Numbers&) = delete;

  /// 0: none yet.
  std::uint64_t last(std::string_view topic) const;
  /// The number after the last one is used.
  void use(std::string_view topic);

  /// Whether there is something to state.
  bool owing() const noexcept { return !owed_.empty(); }
  void owe_everything();

  /// The connection broke, and so many numbered messages per topic had not been sent by then.
  void broke(const std::map<std::string, std::uint64_t, std::less<>>& unsent);

  /// The heartbeat that goes in front of the first message on a topic.
  std::string announcement(std::string_view topic) const;
  /// Heartbeats that go in front of everything on a new connection: for each topic with messages
  /// since the last one broke, the number before these. Whoever hears it knows of the first of
  /// them, even if it never leaves.
  std::vector<std::string> announcements() const;
  /// Heartbeats that state what is owed.
  std::vector<std::string> statements();
  /// The last heartbeats, that state everything; none if nothing was numbered.
  std::vector<std::string> final_statements();

 private:
  struct Number {
    std::uint64_t last = 0;
    std::uint64_t left = 0;  ///< the last one that was sent on an earlier connection
    int owed = 0;            ///< so many heartbeats will state it
  };
  using Topics = std::map<std::string, Number, std::less<>>;

  const std::string publisher_;
  Topics topics_;
  std::vector<Topics::value_type*> owed_;
};

}  // namespace tubes
