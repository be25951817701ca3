#include <tubes/transports/zeromq/key_files.hpp>
#include <tubes/transports/zeromq/refuse.hpp>
#include <tubes/transports/zeromq/security.hpp>

namespace tubes::zeromq {
namespace {

zmq::const_buffer bytes(const Key& key) {
  return {key.data(), key.size()};
}

KeyPair own_keys(const Url& url) {
  return keys_of(secret_key_of(url.parameter("key")));
}

bool has(const Url& url, const std::string& name) {
  return !url.parameter(name).empty();
}

/// Set but empty is a variable of a script that was not.
void require_values(const Url& url) {
  for (const std::string name : {"key", "server_key", "allow"})
    if (url.parameters.contains(name) && !has(url, name))
      refuse("the parameter " + name + " of " + url.shown() +
             " is empty; give it a value or leave it out");
}

void require_sense(const Url& url) {
  require_values(url);
  if (has(url, "server_key") && has(url, "allow"))
    refuse("server_key is a client's and allow is a broker's, but " + url.shown() +
           " has both; leave one out");
  if (has(url, "allow") && !has(url, "key"))
    refuse("allow needs the broker's own secret key in " + url.shown() +
           "; give it with key=PATH, made by: tubes keys new PATH");
}

}  // namespace

std::optional<ClientKeys> client_keys(const Url& url) {
  require_sense(url);
  if (has(url, "allow")) {
    const auto own = own_keys(url);
    return ClientKeys{own.public_key, own};
  }
  if (!has(url, "server_key")) {
    if (has(url, "key"))
      refuse("key needs the broker's public key in " + url.shown() +
             "; give it with server_key=, as the broker says at its start");
    return std::nullopt;
  }
  require_curve();
  const auto server = public_key_of(url.parameter("server_key"));
  return ClientKeys{server, has(url, "key") ? own_keys(url) : new_keys()};
}

std::optional<BrokerKeys> broker_keys(const Url& url) {
  require_sense(url);
  if (has(url, "server_key"))
    refuse("server_key is a client's; a broker at " + url.shown() +
           " needs key=PATH and allow=PATH (or allow=anyone)");
  if (!has(url, "key")) return std::nullopt;
  if (!has(url, "allow"))
    refuse("a broker with a key must say who may connect: give " + url.shown() +
           " allow=PATH, a file or folder of the clients' public keys, or allow=anyone");
  if (has(url, "insecure"))
    refuse("key and insecure exclude each other, but " + url.shown() + " has both");
  const auto allow = url.parameter("allow");
  return BrokerKeys{own_keys(url), allow == "anyone" ? "" : allow};
}

void secure(zmq::socket_t& socket, const ClientKeys& keys) {
  socket.set(zmq::sockopt::curve_serverkey, bytes(keys.server));
  socket.set(zmq::sockopt::curve_publickey, bytes(keys.own.public_key));
  socket.set(zmq::sockopt::curve_secretkey, bytes(keys.own.secret_key));
}

void secure(zmq::socket_t& socket, const BrokerKeys& keys) {
  socket.set(zmq::sockopt::curve_server, true);
  socket.set(zmq::sockopt::curve_secretkey, bytes(keys.own.secret_key));
  socket.set(zmq::sockopt::zap_domain, "tubes");
}

}  // namespace tubes::zeromq
