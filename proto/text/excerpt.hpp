#pragma once

#include <string>
#include <string_view>

namespace tubes {

/// The start of a payload as it may be shown to people: about 120 bytes at most, valid UTF-8, a
/// dot for each control character and each byte that is no text, "…" where it was cut.
std::string excerpt(std::string_view payload);

}  // namespace tubes
