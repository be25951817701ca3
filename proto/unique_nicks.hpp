#pragma once

#include <tubes/proto/message.hpp>

namespace tubes {

/// The nicks as the wire has them: valid UTF-8, each once, at its first place and with its last
/// prefix, as readers of a JSON object see them.
in::Nicks unique_nicks(const in::Nicks& nicks);

}  // namespace tubes
