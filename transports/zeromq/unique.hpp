#pragma once

#include <string>

namespace tubes::zeromq {

/// Sixteen hexadecimal digits that nobody else has; a token of a topic.
std::string unique_token();

}  // namespace tubes::zeromq
