#pragma once

#include <string_view>
#include <vector>

#include <tubes/bridge/irc/encoding.hpp>
#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/line.hpp>
#include <tubes/proto/message.hpp>

namespace tubes::irc {

/// What a line's meaning depends on.
struct Context {
  const Isupport& isupport;
  std::string_view own_nick;
  bool semantics;       ///< whether a Privmsg addressed to us is also told as a DirectedPrivmsg
  Encoding encoding{};  ///< of what is not UTF-8
  std::string_view netsplit{};  ///< netsplit_kind() of the line (netsplits.hpp)
};

/// Whether the line is something that we said ourselves and that comes back to us: by IRCv3's
/// echo-message, by a bouncer, or because we said it to ourselves.
bool is_own_speech(const Line& line, const Isupport& isupport, std::string_view own_nick);

/// The messages that tell of this line on the bus: none for what is no event. Texts become UTF-8
/// (encoding.hpp); `network` stays empty. The line's time and msgid are in each (stamp.hpp). CTCP
/// other than ACTION is no event.
std::vector<Message> events_of(const Line& line, const Context& context);

}  // namespace tubes::irc
