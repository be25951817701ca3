#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/proto/message.hpp>
#include <tubes/proto/text/fail.hpp>

/// Values of the described fields, read from JSON values that a Walker handed out. Each returns
/// what is wrong ("must be a string, got number"), or "" if all is well.
namespace tubes::json {

std::string read(std::string_view value, std::string& text);
std::string read(std::string_view value, std::vector<std::string>& texts);
/// Of a nick that is there twice the last prefix counts, at the first place.
std::string read(std::string_view value, in::Nicks& nicks);
std::string read(std::string_view value, bool& flag);
/// A whole number that is not negative.
std::string read(std::string_view value, std::uint64_t& number);

/// Reads the value, if there is one; `path` says which it is ("data.sender of a privmsg").
template <class T>
bool read_member(std::string_view value, T& member, const std::string& path, std::string& why) {
  if (value.empty()) return true;
  const std::string wrong = read(value, member);
  return wrong.empty() || fail(why, path + " " + wrong);
}

}  // namespace tubes::json
