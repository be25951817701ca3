#pragma once

#include <string>
#include <string_view>

#include <tubes/proto/json/walker.hpp>

/// The members of an envelope that this version does not know.
namespace tubes::json {

/// Collects them while an envelope is read.
struct Extras {
  std::string top, data, meta;  ///< members with commas between them, without braces

  /// UnknownFields::json.
  std::string text() const;
};

void append_member(std::string& members, const Item& item);

/// UnknownFields::json taken apart: object texts, empty where there is nothing.
struct ExtraParts {
  std::string_view top, data, meta;
};

/// Nothing in it if `json` is not a JSON object.
ExtraParts split_extras(std::string_view json);

}  // namespace tubes::json
