#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/proto/json/walker.hpp>
#include <tubes/proto/message.hpp>

/// Writing JSON at the end of a text.
namespace tubes::json {

/// A string in quotes; what is not UTF-8 becomes U+FFFD.
void append(std::string& out, std::string_view text);
void append(std::string& out, const std::string& text);
void append(std::string& out, const std::vector<std::string>& texts);
/// An object, in this order; of a nick that is there twice the last prefix counts.
void append(std::string& out, const in::Nicks& nicks);

/// true or false; of a bool alone, for a pointer would be one, too.
void append(std::string& out, std::same_as<bool> auto flag) {
  out += flag ? "true" : "false";
}

void append(std::string& out, std::uint64_t number);

/// JSON text as it is, or as a string if it is not JSON. For a value inside the envelope.
void append_json(std::string& out, std::string_view text);

/// A comma unless an object or array has just been opened.
void append_comma(std::string& out);

/// `"key":` after a comma where one is due. The key must need no escapes.
void append_key(std::string& out, std::string_view key);

/// The member as it was read, after a comma where one is due.
void append_item(std::string& out, const Item& item);

}  // namespace tubes::json
