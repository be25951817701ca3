#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tubes/transports/zeromq/keys.hpp>
#include <tubes/transports/zeromq/protocol.hpp>

/// RFC 27/ZAP, version 1.0: libzmq asks who may connect, in frames.
namespace tubes::zeromq {

struct ZapRequest {
  std::string id;          ///< comes back with the answer
  std::string address;     ///< of the client
  std::optional<Key> key;  ///< its public key, which it has proven to have; none without CURVE
};

/// Nothing if the frames are no request of this version.
std::optional<ZapRequest> parse_zap(Frames frames);
OwnedFrames zap_answer(std::string_view id, bool allowed);

}  // namespace tubes::zeromq
