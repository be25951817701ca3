#pragma once

#include <string>
#include <string_view>

#include <tubes/bus/error.hpp>

namespace tubes::redis {

/// What Redis answered with an error reply, as an Error: `tried` on `address` ("SET tubes:nick",
/// "redis at host:port"), its own `words` ("NOPERM this user has no…") and what to do about it.
/// The code is unreachable while the server is only not ready yet, else refused.
Error refusal(std::string_view address, std::string_view tried, std::string_view words);

}  // namespace tubes::redis
