#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include <tubes/bridge/irc/batches.hpp>
#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// Whether the line is in a batch, at any depth, of what happened once: IRCv3's chathistory, and
/// that of the bouncer ZNC.
bool is_played_back(const Batches& batches, const Line& line);

/// Tells what was said before we joined a channel from what is said now. Some servers and bouncers
/// play the last lines of a channel back to whoever joins and has IRCv3's server-time; bots that
/// took them for new would carry out old orders again.
class Playback {
 public:
  /// The clocks of a network's servers may differ by this much.
  static constexpr std::chrono::seconds tolerance{10};
  static constexpr std::size_t limit = 10'000;  ///< channels; of more nothing is known

  /// Our own JOIN, with the time that the server gave it.
  void joined(const Isupport& isupport, const Line& join);
  /// Whether the line was said in a channel clearly before we joined it.
  bool is_old(const Isupport& isupport, const Line& line) const;
  void clear() { joined_.clear(); }

 private:
  using Moment = std::chrono::sys_time<std::chrono::milliseconds>;

  std::map<std::string, Moment> joined_;  ///< by folded channel
};

}  // namespace tubes::irc
