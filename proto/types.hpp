#pragma once

#include <string>
#include <string_view>

#include <tubes/proto/codec.hpp>

namespace tubes {

/// An empty message of the type that a topic of this role calls `type`; an UnknownType of that
/// name if there is none.
Message blank(Role role, std::string_view type);

/// "a privmsg", "an invite".
std::string with_article(std::string_view type);

}  // namespace tubes
