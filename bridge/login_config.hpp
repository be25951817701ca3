#pragma once

#include <string>
#include <vector>

#include <tubes/bridge/endpoint.hpp>
#include <tubes/bridge/irc/session.hpp>
#include <tubes/bridge/trust.hpp>
#include <tubes/config/strict_object.hpp>

namespace tubes::bridge {

/// Reads a network's keys "sasl" and "nickserv" into the options, which have the nick. Throws
/// Error{invalid_config} with the place, never with a secret; also where a password would be sent
/// in clear.
void read_login(config::StrictObject& network, const std::vector<Endpoint>& servers,
                const Trust& trust, irc::SessionOptions& options);

/// The lines of describe() about it, each with a line break in front; "" if there is none.
std::string described_login(const irc::SessionOptions& options);

}  // namespace tubes::bridge
