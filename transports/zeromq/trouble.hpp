#pragma once

#include <optional>
#include <string>

#include <tubes/bus/error.hpp>
#include <tubes/transports/zeromq/endpoints.hpp>
#include <tubes/transports/zeromq/monitor.hpp>
#include <tubes/transports/zeromq/security.hpp>

namespace tubes::zeromq {

/// Why a client has no connection to its broker.
enum class Trouble {
  cannot_connect,
  closed,
  handshake_failed,  ///< what listens there closed the connection, or sent what makes no sense
  other_mechanism,   ///< one side wants CURVE and the other does not
  key_refused,       ///< the broker does not know this client's key
};

/// What a client must watch its socket for.
extern const int troublesome_events;

Trouble trouble_of(const SocketEvent& event);

/// The trouble in words, with address and remedy. `keys`: the client's, if it wants CURVE.
Error error_of(Trouble trouble, const Endpoints& at, const std::optional<ClientKeys>& keys,
               bool was_connected);

}  // namespace tubes::zeromq
