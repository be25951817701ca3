#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tubes::irc {

/// Bytes of a line on the wire, CRLF included (RFC 1459 2.3).
inline constexpr std::size_t max_line = 512;

/// Parameters of a line (RFC 1459 2.3): what is beyond them a server takes for the text of the
/// last.
inline constexpr std::size_t max_params = 15;

/// Bytes that a line of ours may have where the server takes longer ones than that (LINELEN).
inline constexpr std::size_t longest_line = 4096;

/// One IRC message (RFC 1459 2.3.1, with IRCv3 tags). Bytes as they came, not necessarily UTF-8.
struct Line {
  std::string tags;     ///< what stands between '@' and the first space, or ""
  std::string prefix;   ///< who sent it: "nick!user@host" or a server's name, or ""
  std::string command;  ///< upper case, or three digits
  std::vector<std::string> params;

  /// The value of a tag, unescaped; "" for a tag without one. Nothing if it is not there.
  std::optional<std::string> tag(std::string_view key) const;
  /// The prefix up to '!' or '@'.
  std::string_view nick() const noexcept;
  /// "" if there is no such parameter.
  std::string_view param(std::size_t index) const noexcept;
  /// The value of a command of three digits, else 0.
  int numeric() const noexcept;
};

/// Reads one line without its end. Tolerates repeated spaces; nothing if there is no command.
std::optional<Line> parse_line(std::string_view text);

/// The only door to the wire: "COMMAND middle… :trailing\r\n". Throws Error{refused}, which names
/// the field, if any holds CR, LF or NUL, if the command is no word of letters or digits, if a
/// middle parameter is empty, has a space or starts with ':', if there are more than max_params
/// with the trailing one, or if the line is over `limit`.
std::string format_line(std::string_view command, const std::vector<std::string_view>& middle,
                        std::optional<std::string_view> trailing = std::nullopt,
                        std::size_t limit = max_line);

/// The same line again, through format_line: tags and prefix are left out, as clients must.
std::string format_line(const Line& line, std::size_t limit = max_line);

}  // namespace tubes::irc
