#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/proto/message.hpp>

/// Values of the described fields, read from JSON values that a Walker handed out. Each returns
/// what is wrong ("must be a string, got number"), or "" if all is well.
namespace tubes::json {

std::string read(std::string_view value, std::string& text);
std::string read(std::string_view value, std::vector<std::string>& texts);
/// Of a nick that is there twice the last prefix counts, at the first place.
std::string read(std::string_view value, in::Nicks& nicks);
/// A whole number that is not negative.
std::string read(std::string_view value, std::uint64_t& number);

}  // namespace tubes::json
