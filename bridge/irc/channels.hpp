#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bridge/irc/flood.hpp>
#include <tubes/bridge/irc/isupport.hpp>

namespace tubes::irc {

/// The channels the bridge wants to be in on one network: those configured and those joined since,
/// without those left on request. Knows when to ask for which.
class Channels {
 public:
  /// Entries read "#channel" or "#channel key". Throws Error{refused} for one that fits no JOIN.
  explicit Channels(const std::vector<std::string>& configured);

  /// Makes every wanted channel due, for a server that just finished registering us.
  void all_due(Time now);

  /// We are in the channel, from now on wanted.
  void joined(const Isupport&, std::string_view channel);
  /// We left the channel on request: no longer wanted.
  void left(const Isupport&, std::string_view channel);
  /// We were removed, or not let in: to be asked for at `again` if it is wanted. Says whether.
  bool retry(const Isupport&, std::string_view channel, Time again);
  /// The connection is gone; so are the plans.
  void disconnected();

  /// JOIN lines for what is due, several channels to a line within max_line.
  std::vector<std::string> due_joins(Time now);
  /// When due_joins() will have something.
  std::optional<Time> next_due() const;

 private:
  struct Channel {
    std::string name, key;
    std::optional<Time> due;
  };

  Channel* find(const Isupport&, std::string_view name);

  std::vector<Channel> wanted_;
};

}  // namespace tubes::irc
