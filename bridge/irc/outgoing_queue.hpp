#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tubes::irc {

/// A line that waits for its turn.
struct QueuedLine {
  std::string text{};
  std::uint64_t ticket = 0;  ///< of the command that it is a part of; 0 for the session's own
};

/// The lines that wait to be sent to one server. Senders take turns, and the targets of each, so
/// that neither a bot's flood holds up another's answer nor one to a channel what it says in the
/// next; from one sender to one target lines keep their order.
class OutgoingQueue {
 public:
  static constexpr std::size_t limit = 1000;            ///< lines
  static constexpr std::size_t limit_per_sender = 500;  ///< so that one leaves others room
  static constexpr std::size_t limit_per_target = 200;  ///< of a sender

  /// Whether these may be added.
  bool has_room(std::string_view sender, std::string_view target, std::size_t lines) const noexcept;
  /// Whoever asks has seen to it that there is room.
  void push(std::string_view sender, std::string_view target, std::vector<QueuedLine> lines);
  /// Takes lines that must not be refused, and sends them before all others.
  void push_first(std::vector<std::string> lines);

  std::size_t waiting_for(std::string_view sender) const noexcept;
  std::size_t waiting_for(std::string_view sender, std::string_view target) const noexcept;
  /// Whether lines of push_first() wait.
  bool first_waits() const noexcept { return !first_.empty(); }

  /// The line whose turn it is; nothing if none waits.
  std::optional<QueuedLine> take();

  std::size_t size() const noexcept { return size_ + first_.size(); }

  void clear();

 private:
  struct Target {
    std::string name;
    std::deque<QueuedLine> lines;
  };
  struct Sender {
    std::string name;
    std::deque<Target> targets;  ///< the front is next; none is empty
    std::size_t size = 0;        ///< lines
  };

  const Sender* find(std::string_view sender) const noexcept;

  std::deque<QueuedLine> first_;
  std::deque<Sender> senders_;  ///< the front is next; none is empty
  std::size_t size_ = 0;        ///< lines of senders_
};

}  // namespace tubes::irc
