#pragma once

#include <optional>
#include <string>

#include <zmq.hpp>

#include <tubes/bus/url.hpp>
#include <tubes/transports/zeromq/keys.hpp>

/// What a URL says of CURVE:
///   server_key=   of a client: the broker's public key, 64 hexadecimal digits or a file
///   key=          the file of one's own secret key; a client without has a new one each time
///   allow=        of a broker: whose public keys may connect, a file or a folder of *.pub; or the
///                 word `anyone`. A client takes a URL with it as its own broker's.
///   insecure=1    of a broker: neither, beyond loopback
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
