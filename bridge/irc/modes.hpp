#pragma once

#include <vector>

#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// A MODE of a channel as several, in the same order, if it has more parameters than the server
/// takes at once (ISUPPORT MODES), which would pass over the rest without a word. Any other line is
/// left as it is.
std::vector<Line> split_modes(const Line& line, const Isupport& isupport);

}  // namespace tubes::irc
