#pragma once

#include <string>

#include <tubes/bus/error.hpp>

namespace tubes::zeromq {

/// What a URL asks for cannot be had.
[[noreturn]] inline void refuse(const std::string& why) {
  throw Error(ErrorCode::invalid_url, why);
}

}  // namespace tubes::zeromq
