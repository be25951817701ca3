#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// Whether the text is a moment of UTC as IRCv3's server-time writes it,
/// "YYYY-MM-DDThh:mm:ss.sssZ": a day that there is, and 60 seconds only in a day's last minute, as
/// leap seconds are.
bool is_server_time(std::string_view text) noexcept;

/// When the server says that the line's event happened (IRCv3: server-time, tag "time"); "" if it
/// does not, or in another form.
std::string server_time(const Line& line);

/// The same as a moment.
std::optional<std::chrono::sys_time<std::chrono::milliseconds>> server_moment(const Line& line);

/// Bytes of a msgid as it came. A longer one is left out: cut it would be another.
inline constexpr std::size_t longest_message_id = 255;

/// The server's name for the message (IRCv3: message-ids, tag "msgid"), as UTF-8; "" if it has
/// none.
std::string message_id(const Line& line);

}  // namespace tubes::irc
