#pragma once

#include <string>
#include <vector>

#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// Where formatting (formatting.hpp) is taken out of what others say.
struct StripFormatting {
  bool everywhere = false;
  std::vector<std::string> channels;  ///< or in these alone

  /// Takes it out of the line's text, if it has one and it is to be done there, and if that does
  /// not make CTCP of what was none. What is said in private, and what belongs to no one channel,
  /// such as a QUIT, is meant by `everywhere` alone.
  void apply(const Isupport& isupport, Line& line) const;

  bool operator==(const StripFormatting&) const = default;
};

}  // namespace tubes::irc
