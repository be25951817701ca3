#include <tubes/transports/zeromq/turned_away.hpp>

namespace tubes::zeromq {
namespace {

/// Whoever finds first that the other side wants another mechanism hangs up, and the other may see
/// no more than that. At a broker for all, whoever looks whether the port is open would be told.
int wanted_events(bool secured) {
  return ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | (secured ? ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL : 0);
}

}  // namespace

TurnedAway::TurnedAway(zmq::context_t& context, zmq::socket_t& router, zmq::socket_t& xpub,
                       bool secured, Warnings& warnings)
    : router_(context, router, "router", wanted_events(secured)),
      xpub_(context, xpub, "xpub", wanted_events(secured)),
      secured_(secured),
      warnings_(warnings) {}

void TurnedAway::report() {
  for (auto* monitor : {&router_, &xpub_})
    while (const auto event = monitor->next()) {
      const auto [kind, detail] = handshake_warning(*event, secured_);
      warnings_.warn(kind, detail);
    }
}

std::pair<std::string, std::string> handshake_warning(const SocketEvent& event, bool secured) {
  if (event.number == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL)
    return {"someone hung up during the handshake",
            "a client without CURVE, or none of ZeroMQ at all"};
  if (event.value == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH)
    return secured ? std::pair{"a client without CURVE was refused",
                               "its URL needs server_key=, this broker's public key, and key="}
                   : std::pair{"a client that wants CURVE was refused",
                               "this broker has no key; start it with one, or leave key and "
                               "server_key out of the client's URL"};
  if (event.value == ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC)
    return {"a client with another server_key was refused", "it must be this broker's public key"};
  return {"something that does not speak ZeroMQ as it should was refused",
          "its handshake made no sense"};
}

}  // namespace tubes::zeromq
