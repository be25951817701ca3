#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bridge/irc/flood.hpp>
#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/rejoin.hpp>

namespace tubes::irc {

/// The channels the bridge wants to be in on one network: those configured and those joined since,
/// without those left on request. Knows when to ask for which.
class Channels {
 public:
  /// Entries read "#channel" or "#channel key". Throws Error{refused} for one that fits no JOIN.
  explicit Channels(const std::vector<std::string>& configured);

  /// Others are configured now. Those added, or with another key, are due at once if the server
  /// takes JOINs; those no longer configured are no longer wanted. Others stay as they are. Returns
  /// the PARTs of those that we are in. Throws as the constructor does, and has then changed
  /// nothing.
  std::vector<std::string> change(const Isupport&, const std::vector<std::string>& configured,
                                  Time now, bool takes_joins);

  /// Makes every wanted channel due, for a server that just finished registering us.
  void all_due(Time now);

  /// Channels wanted at one time, whatever a server says; those configured are all wanted.
  static constexpr std::size_t limit = 1000;

  /// Somebody asks for these channels, two comma lists as in a JOIN: the keys are remembered for
  /// when we are in.
  void asked(const Isupport&, std::string_view channels, std::string_view keys);
  /// We are in the channel, from now on wanted. False if too many are.
  bool joined(const Isupport&, std::string_view channel, Time now);
  /// We leave these channels, a comma list, on request: no longer wanted.
  void left(const Isupport&, std::string_view channels);
  /// We were kicked out of a channel; with `rejoin` it is asked for again in a while.
  void kicked(const Isupport&, std::string_view channel, Time now, bool rejoin);
  /// A JOIN was refused with this numeric. Returns what comes of it, for the log: "" if the channel
  /// is not wanted.
  std::string refused(const Isupport&, std::string_view channel, int numeric, Time now);
  /// We are invited: if the channel is wanted, and we are not in it, it need not wait any longer.
  /// Whoever invites again and again makes us ask for it only now and then.
  void invited(const Isupport&, std::string_view channel, Time now);
  /// The connection is gone; so are the plans.
  void disconnected();

  /// JOIN lines for what is due, at most `at_once` channels to a line, within max_line.
  std::vector<std::string> due_joins(Time now, std::size_t at_once = std::string::npos);
  /// When due_joins() will have something.
  std::optional<Time> next_due() const;

 private:
  struct Channel {
    std::string name, key;
    std::optional<Time> due{}, asked{}, in_since{};
    bool key_tried = false;  ///< since we were in it
    RejoinBackoff backoff{};
  };

  static std::vector<Channel> read(const std::vector<std::string>& configured);
  static bool holds(const Isupport&, const std::vector<Channel>&, std::string_view name);
  Channel* find(const Isupport&, std::string_view name);
  static std::string try_again(Channel& channel, const RejoinRule& rule, Time now);

  std::vector<Channel> configured_, wanted_;
  std::map<std::string, std::string> keys_;  ///< of channels asked for, by the folded name
};

}  // namespace tubes::irc
