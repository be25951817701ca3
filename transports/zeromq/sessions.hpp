#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tubes::zeromq {

/// What a broker remembers of the clients that said $hello, by routing id: how many publishes came
/// from each, and how many of those were answered. Plain clients leave nothing here. One thread.
class Sessions {
 public:
  struct Session {
    std::string_view id;
    std::uint64_t published = 0;
    std::uint64_t answered = 0;
    bool due = false;   ///< acknowledge() has something to answer
    bool idle = false;  ///< nothing was published since the last look_for_gone()
  };
  /// Tells a client the count of its publishes; false if that client is gone.
  using Tell = std::function<bool(std::string_view id, std::uint64_t count)>;

  explicit Sessions(std::size_t most) : most_(most) {}

  /// Starts to count at zero, also where there was a session. False if there are too many.
  bool open(std::string_view id);
  /// Null for a plain client. Valid until another method is called.
  Session* find(std::string_view id);
  /// Counts a publish; acknowledge() answers it, unless `answered` says that it is by then.
  void count(Session& session);
  void forget(std::string_view id);

  /// Answers all that was counted, once for each session; forgets those that are gone.
  void acknowledge(const Tell& tell);
  /// Repeats the last answer to whoever was idle, for that finds out who is gone.
  void look_for_gone(const Tell& tell);

  std::size_t size() const noexcept { return sessions_.size(); }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Map = std::unordered_map<std::string, Session, Hash, std::equal_to<>>;

  std::size_t most_;
  Map sessions_;
  std::vector<Session*> due_;
};

}  // namespace tubes::zeromq
