#pragma once

#include <optional>
#include <string_view>

#include <tubes/bridge/irc/casemap.hpp>

namespace tubes::irc {

/// The text without its address if it is addressed to `nick`: "nick: text", "nick, text", "!text",
/// or any text where `in_private`. "!" alone or repeated is an outcry, and addresses nobody.
std::optional<std::string_view> directed_text(std::string_view text, std::string_view nick,
                                              Casemap casemap, bool in_private);

}  // namespace tubes::irc
