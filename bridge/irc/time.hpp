#pragma once

#include <chrono>

namespace tubes::irc {

/// Time since an arbitrary start; never goes back.
using Time = std::chrono::nanoseconds;

}  // namespace tubes::irc
