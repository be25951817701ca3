#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tubes/bridge/irc/command.hpp>
#include <tubes/bridge/irc/time.hpp>

namespace tubes::irc {

/// A command's number, in the order in which they were taken.
using Ticket = std::uint64_t;

/// What waits while the network is away, at most; of one sender half of it.
struct WaitingOptions {
  static constexpr std::size_t bytes = std::size_t{16} << 20;  ///< of all messages' texts
  std::chrono::seconds seconds{300};                           ///< each message
  std::size_t messages = 1000;
  bool operator==(const WaitingOptions&) const = default;
};

/// The commands that wait for the network, or for room in the queue when it is back: in the order
/// of their tickets.
class WaitingCommands {
 public:
  explicit WaitingCommands(WaitingOptions limits) : limits_(limits) {}

  /// Throws Error{outbox_full} if it is too much.
  void add(Time now, Ticket ticket, Command command);
  /// One that was taken before: whatever the limits.
  void put_back(Time now, Ticket ticket, Command command);
  /// Whatever they have waited for until now, from now on it is for the network.
  void begin_again(Time now);
  void change(WaitingOptions limits) { limits_ = limits; }

  /// Takes those out for which `take(ticket, command)` says so; each is asked about once, in order.
  template <class Take>
  void take_if(Take take) {
    for (auto one = waiting_.begin(); one != waiting_.end();) {
      const auto here = one++;
      const auto gone = share_of(here->second.command);
      const auto sender = here->second.command.sender;
      if (!take(here->first, here->second.command)) continue;
      give_back(sender, gone);
      waiting_.erase(here);
    }
  }
  std::vector<Command> take_expired(Time now);
  std::vector<Command> take_all();

  /// When there will be something for take_expired().
  std::optional<Time> deadline() const;
  bool empty() const noexcept { return waiting_.empty(); }
  /// Whether anything of this sender's does.
  bool has(const std::string& sender) const { return senders_.contains(sender); }
  std::chrono::seconds longest() const noexcept { return limits_.seconds; }

 private:
  struct Waiting {
    Command command;
    Time since;
  };

  struct Share {
    std::size_t messages = 0, bytes = 0;
  };

  static Share share_of(const Command& command);
  void give_back(const std::string& sender, const Share& share);

  WaitingOptions limits_;
  Share all_;
  std::map<std::string, Share> senders_;  ///< of those that have some
  std::map<Ticket, Waiting> waiting_;     ///< those that have waited longest come first
};

}  // namespace tubes::irc
