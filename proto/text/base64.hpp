#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Base64 with the standard alphabet and padding (RFC 4648, section 4).
namespace tubes::base64 {

std::string encode(std::string_view bytes);

/// Nothing if the text is not base64.
std::optional<std::string> decode(std::string_view text);

}  // namespace tubes::base64
