#include <zmq.h>

#include <tubes/transports/zeromq/trouble.hpp>

namespace tubes::zeromq {
namespace {

constexpr int handshake_broke =
    ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;
constexpr int never_connected = ZMQ_EVENT_CLOSED | ZMQ_EVENT_CONNECT_RETRIED;

Error unreachable(const std::string& cause, const Endpoints& at, bool was_connected) {
  return {ErrorCode::unreachable,
          (was_connected ? "lost the broker at " : "no broker answers at ") + at.url + " (" +
              cause + "); start one with: tubes broker --bind " + at.url};
}

Error refused(const std::string& why) {
  return {ErrorCode::refused, why};
}

Error other_mechanism(const Endpoints& at, bool secured) {
  if (secured)
    return refused("the broker at " + at.url +
                   " speaks without CURVE, and nothing was sent to it; start it with a key and "
                   "the clients that it allows, or leave key and server_key out of the URL");
  return refused("the broker at " + at.url +
                 " lets in only clients that speak CURVE; add to the URL server_key=, the broker's "
                 "public key, and key=, the file of a secret key that it allows");
}

Error handshake_failed(const Endpoints& at) {
  return refused("what listens at " + at.url +
                 " broke off the CURVE handshake: it has another key than server_key says, or is "
                 "no broker with CURVE; compare server_key with what the broker says at its start");
}

Error key_refused(const Endpoints& at, const std::optional<ClientKeys>& keys) {
  const auto own = keys ? hexadecimal(keys->own.public_key) : "of this client";
  return refused("the broker at " + at.url + " does not allow the public key " + own +
                 "; add it to the keys that the broker allows, or give key=, the file of a secret "
                 "key that it allows");
}

}  // namespace

const int troublesome_events =
    ZMQ_EVENT_DISCONNECTED | never_connected | handshake_broke | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;

Trouble trouble_of(const SocketEvent& event) {
  if (event.number == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) return Trouble::key_refused;
  if (event.number == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL &&
      event.value == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH)
    return Trouble::other_mechanism;
  if ((event.number & handshake_broke) != 0) return Trouble::handshake_failed;
  return (event.number & never_connected) != 0 ? Trouble::cannot_connect : Trouble::closed;
}

Error error_of(Trouble trouble, const Endpoints& at, const std::optional<ClientKeys>& keys,
               bool was_connected) {
  switch (trouble) {
    case Trouble::cannot_connect:
      return unreachable("cannot connect", at, was_connected);
    case Trouble::handshake_failed:
      if (keys) return handshake_failed(at);
      return unreachable("what listens there is no broker, or one that wants CURVE", at,
                         was_connected);
    case Trouble::other_mechanism:
      return other_mechanism(at, keys.has_value());
    case Trouble::key_refused:
      return key_refused(at, keys);
    case Trouble::closed:
      break;
  }
  return unreachable("the connection was closed", at, was_connected);
}

}  // namespace tubes::zeromq
