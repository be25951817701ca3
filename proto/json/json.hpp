#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <tubes/proto/codec.hpp>

/// The JSON wire format.
namespace tubes::json {

std::string encode(const Envelope& envelope);

/// Nothing if the text is no envelope; `why` then says what is wrong and where.
std::optional<Envelope> decode(Role role, std::string_view text, std::string& why);

}  // namespace tubes::json
