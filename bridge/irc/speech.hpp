#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <tubes/bridge/irc/command.hpp>
#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// The lines that a command becomes on this network.
struct Speech {
  struct Part {
    std::string target;              ///< "" where the command has none
    std::vector<std::string> lines;  ///< at least one
  };
  std::vector<Part> parts;  ///< at least one
  std::optional<Line> raw;  ///< the line itself, of what is no text
};

/// How the command is said: a text to each of its targets, in as many lines as it takes when the
/// server relays them behind a prefix of `prefix_bytes`; a raw line of the allow-list (allowed.hpp)
/// as it is, but a MODE with too many parameters in several (modes.hpp). Where the network takes
/// UTF-8 alone, in that. Throws Error{refused}: no valid target, empty text, CTCP, a line that is
/// too long or not allowed, more than `most` lines.
Speech speech_of(const Command& command, const Isupport& isupport, std::size_t prefix_bytes,
                 std::size_t most);

}  // namespace tubes::irc
