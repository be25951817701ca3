#pragma once

#include <string>
#include <string_view>

namespace tubes::irc {

/// Whether the text is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool is_utf8(std::string_view text) noexcept;

/// IRC does not say what its bytes mean. UTF-8 stays as it is; anything else is read as
/// Windows-1252 (which contains Latin-1's letters), its five unused bytes as U+FFFD.
std::string to_utf8(std::string_view text);

/// The text for a log line: UTF-8, control characters as '?'.
std::string printable(std::string_view text);

/// A CTCP message: text between bytes 0x01. Only ACTION ("/me waves") is published.
bool is_ctcp(std::string_view text) noexcept;

/// Whether this CTCP message is an ACTION.
bool is_action(std::string_view text) noexcept;

/// The text of an ACTION; "" if it has none.
std::string_view action_text(std::string_view text) noexcept;

}  // namespace tubes::irc
