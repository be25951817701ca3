#pragma once

#include <string_view>

#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// Reads an IRC line that came over the bus. Throws Error{refused} unless its command is one that
/// strangers on the bus may send: nothing that ends the session, gives it rights or shows secrets.
Line parse_allowed(std::string_view command);

}  // namespace tubes::irc
