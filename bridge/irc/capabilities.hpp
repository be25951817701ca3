#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// Asks a server for those of IRCv3's capabilities that tell who speaks: the services account, and
/// whether it is a bot (IRCv3: capability negotiation 302, account-tag, message-tags, bot mode). A
/// server lets us in only after the last word here; one that knows no CAP answers nothing, or 421.
class CapabilityNegotiation {
 public:
  /// Sent in front of the registration; begins anew.
  std::string begin();
  /// What to send in answer to a CAP line of the server; "" for nothing.
  std::string answer(const Line& line);

  /// The value of `sts` if the server has just offered it; once. It is never asked for.
  std::optional<std::string> take_sts() { return std::exchange(sts_, std::nullopt); }

 private:
  void learn(std::string_view offer);
  std::string ask();

  std::string offered_;  ///< with spaces around each
  bool over_ = true;
  std::optional<std::string> sts_;
};

}  // namespace tubes::irc
