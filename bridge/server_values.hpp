#pragma once

#include <vector>

#include <tubes/bridge/endpoint.hpp>
#include <tubes/bridge/trust.hpp>
#include <tubes/config/strict_object.hpp>

namespace tubes::bridge {

// What a network's configuration says of its servers. Both throw Error{invalid_config} with the
// place.

/// "server": a URL, or a list of them. At least one, in their order.
std::vector<Endpoint> read_servers(config::StrictObject& network);

/// "tls", which holds for all of these servers that are talked to over TLS. The files that it
/// names are read once, to see that they can be used.
Trust read_trust(config::StrictObject& network, const std::vector<Endpoint>& servers);

}  // namespace tubes::bridge
