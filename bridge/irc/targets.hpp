#pragma once

#include <string_view>
#include <vector>

#include <tubes/bridge/irc/isupport.hpp>

namespace tubes::irc {

/// The single targets of a comma list, spaces around them left out. Throws Error{refused} if the
/// list is empty or any entry is neither one channel, one status of a channel ("@#channel", where
/// the server has it), nor one nick.
std::vector<std::string_view> split_targets(const Isupport& isupport, std::string_view list);

}  // namespace tubes::irc
