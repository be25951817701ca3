#pragma once

#include <string>
#include <string_view>

namespace tubes::irc {

/// The text without mIRC's formatting: bold, italics, underline, strikethrough, monospace, reverse,
/// reset, and colours with their numbers ("\x03" "4,12", "\x04" "ff0000"); see
/// https://modern.ircdocs.horse/formatting.
std::string without_formatting(std::string_view text);

}  // namespace tubes::irc
