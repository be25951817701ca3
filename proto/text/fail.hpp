#pragma once

#include <string>
#include <utility>

namespace tubes {

/// Says why something failed, and is false: `return fail(why, "it is not UTF-8");`
inline bool fail(std::string& why, std::string text) {
  why = std::move(text);
  return false;
}

}  // namespace tubes
