#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <tubes/bridge/irc/casemap.hpp>
#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// What the server said about itself in 005, as far as the bridge uses it. Until it speaks, the
/// defaults of RFC 1459 hold.
struct Isupport {
  Casemap casemap = Casemap::rfc1459;
  std::optional<std::size_t> nick_length;         ///< NICKLEN
  std::size_t channel_length = 200;               ///< CHANNELLEN
  std::string channel_types = "#&";               ///< CHANTYPES, of "#&+!"
  std::string prefixes = "@+";                    ///< PREFIX's symbols, the highest first
  std::string statuses;                           ///< STATUSMSG: of PREFIX's symbols, see below
  std::size_t line_length = max_line;             ///< LINELEN, from max_line to longest_line
  std::size_t joins_at_once = std::string::npos;  ///< TARGMAX's JOIN: channels in one JOIN
  bool utf8_only = false;                         ///< UTF8ONLY: what is no UTF-8 is refused
  bool monitor = false;                           ///< MONITOR, for a nick at least
  std::size_t modes_at_once = std::string::npos;  ///< MODES: with a parameter, in one MODE
  std::string network;                            ///< NETWORK: what it calls itself
  char bot_mode = '\0';  ///< BOT: the user mode that marks bots; NUL if there is none

  /// Whether a channel's mode, set or unset, has a parameter (CHANMODES, PREFIX).
  bool takes_parameter(char mode, bool set) const noexcept;

  /// Takes over a line 005.
  void learn(const Line& line);

  bool same(std::string_view a, std::string_view b) const noexcept {
    return same_name(casemap, a, b);
  }

  /// Whether the text is one channel name: of a known type, not too long, no space, comma, ^G.
  /// Such a name fits a parameter of an IRC line.
  bool is_channel(std::string_view text) const noexcept;

  /// Whether the text is "@#channel": those in the channel who have that status or a higher one.
  bool is_status_channel(std::string_view text) const noexcept;

  /// The channel that a message is for, without the status in front ("@#channel"); "" if it is for
  /// none.
  std::string_view channel_of(std::string_view target) const noexcept;

  /// Whether the text is one nick: no channel, no mask, no list, nothing that IRC gives a meaning.
  bool is_nick(std::string_view text) const noexcept;

 private:
  void learn(std::string_view name, std::string_view value);

  std::string status_modes_ = "ov";        ///< PREFIX's letters
  std::string parameter_modes_ = "bk";     ///< CHANMODES: that always have one
  std::string set_parameter_modes_ = "l";  ///< that have one when they are set
};

}  // namespace tubes::irc
