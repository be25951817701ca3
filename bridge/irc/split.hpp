#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// Bytes left for the text when the server relays it as ":prefix COMMAND target :text\r\n", in a
/// line of `limit`; 0 if there are none.
std::size_t text_room(std::size_t prefix_bytes, std::string_view command, std::string_view target,
                      std::size_t limit = max_line) noexcept;

/// Cuts a text into the messages it takes: each line (CR, LF) on its own, empty lines dropped,
/// and no part over `room` bytes. Cuts at the last space that fits, which is dropped, or else
/// between characters; a UTF-8 sequence stays whole unless it alone is over `room`.
/// Stops after `most` parts. The views point into `text`. `room` must be positive.
std::vector<std::string_view> split_text(std::string_view text, std::size_t room,
                                         std::size_t most = std::string_view::npos);

}  // namespace tubes::irc
