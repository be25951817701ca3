#pragma once

#include <optional>
#include <string>

#include <zmq.hpp>

#include <tubes/bus/url.hpp>
#include <tubes/transports/zeromq/keys.hpp>

/// What a URL says of CURVE; zeromq.hpp has the parameters.
namespace tubes::zeromq {

/// A client's end. Secrets are nowhere but here and in libzmq.
struct ClientKeys {
  Key server{};
  KeyPair own;
};

/// A broker's end.
struct BrokerKeys {
  KeyPair own;
  std::string allow;  ///< a path; empty for anyone
};

/// None if the URL asks for no CURVE. Both throw Error{invalid_url} that names parameter or file,
/// Error{unsupported} without CURVE in libzmq.
std::optional<ClientKeys> client_keys(const Url& url);
std::optional<BrokerKeys> broker_keys(const Url& url);

/// To be called before the socket connects, or binds. Throw zmq::error_t.
void secure(zmq::socket_t& socket, const ClientKeys& keys);
void secure(zmq::socket_t& socket, const BrokerKeys& keys);

}  // namespace tubes::zeromq
