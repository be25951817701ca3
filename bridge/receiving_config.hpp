#pragma once

#include <string>

#include <tubes/bridge/irc/session.hpp>
#include <tubes/config/strict_object.hpp>

namespace tubes::bridge {

/// Reads what a network's configuration says of what comes from there: "ctcp",
/// "fallback_encoding", "self_messages" and "strip_formatting". Throws Error{invalid_config} with
/// the place.
void read_receiving(config::StrictObject& network, irc::SessionOptions& options);

/// The lines of describe() about it, each with a line break in front; "" where all is as usual.
std::string described_receiving(const irc::SessionOptions& options);

}  // namespace tubes::bridge
