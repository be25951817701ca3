#pragma once

#include <cstddef>
#include <map>
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

  /// Channels wanted at one time, whatever a server says; those configured are all wanted.
  static constexpr std::size_t limit = 1000;

  /// Somebody asks for these channels, two comma lists as in a JOIN: the keys are remembered for
  /// when we are in.
  void asked(const Isupport&, std::string_view channels, std::string_view keys);
  /// We are in the channel, from now on wanted. False if too many are.
  bool joined(const Isupport&, std::string_view channel);
  /// We leave these channels, a comma list, on request: no longer wanted.
  void left(const Isupport&, std::string_view channels);
  /// We were removed, or not let in: to be asked for at `again` if it is wanted. Says whether.
  bool retry(const Isupport&, std::string_view channel, Time again);
  /// The connection is gone; so are the plans.
  void disconnected();

  /// JOIN lines for what is due, at most `at_once` channels to a line, within max_line.
  std::vector<std::string> due_joins(Time now, std::size_t at_once = std::string::npos);
  /// When due_joins() will have something.
  std::optional<Time> next_due() const;

 private:
  struct Channel {
    std::string name, key;
    std::optional<Time> due;
  };

  Channel* find(const Isupport&, std::string_view name);

  std::vector<Channel> wanted_;
  std::map<std::string, std::string> keys_;  ///< of channels asked for, by the folded name
};

}  // namespace tubes::irc
