#pragma once

#include <string>
#include <vector>

#include <tubes/transports/zeromq/protocol.hpp>

#include "fuzz.hpp"

namespace tubes::fuzz {

/// A frame: a word of the protocol, or bytes.
inline std::string frame(Choices& choices) {
  static const std::vector<std::string> words = {"$hello",
                                                 "$put",
                                                 "$get",
                                                 "$remove",
                                                 "$ack",
                                                 "$reject",
                                                 "$answer",
                                                 "$refuse",
                                                 "1",
                                                 "value",
                                                 "none",
                                                 "refused",
                                                 "in",
                                                 "a.b",
                                                 "$ready.x.0",
                                                 "",
                                                 zeromq::encoded(0),
                                                 zeromq::encoded(1),
                                                 std::string(70, 'x')};
  const auto kind = choices.below(24);
  if (kind < words.size()) return words[kind];
  if (kind == words.size()) return zeromq::encoded(choices.byte());
  return std::string(choices.bytes(choices.below(64)));
}

inline zeromq::OwnedFrames frames(Choices& choices) {
  zeromq::OwnedFrames made(choices.below(8));
  for (auto& each : made) each = frame(choices);
  return made;
}

inline std::vector<std::string_view> views(const zeromq::OwnedFrames& frames) {
  return {frames.begin(), frames.end()};
}

}  // namespace tubes::fuzz
