#pragma once

#include <tubes/bridge/irc/session.hpp>

namespace tubes::irc {

/// Takes over those options that a session can change while it lasts: what it says and wants from
/// now on, but not who it is and how it logs in.
void take_changeable(SessionOptions& options, const SessionOptions& from);

}  // namespace tubes::irc
