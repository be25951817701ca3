#pragma once

#include <string>

#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// A server's reply for a log, without whom it was for: "404 #channel Cannot send to channel".
/// Printable.
std::string described(const Line& line);

}  // namespace tubes::irc
