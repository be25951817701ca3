#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <variant>

namespace tubes {

/// A value in one of the bus's own messages. Text is a view into what was read.
using Member = std::variant<std::string_view, std::uint64_t, bool>;

/// `group` is the key of the object that the member stands in, or empty at the top.
using OnMember =
    std::function<void(std::string_view group, std::string_view key, const Member& value)>;

/// Reads one JSON object of text, whole numbers below 2^64, true and false; at the top also of
/// objects that hold these alone. Text has no escapes and no control bytes. Calls `member` for
/// each. False if `text` is anything else, also if that shows only after some were called. Takes
/// any bytes, and needs no memory.
bool read_members(std::string_view text, const OnMember& member);

}  // namespace tubes
