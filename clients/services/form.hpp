#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace tubes::services {

/// The fields of a posted form as an object of strings (WHATWG URL, "application/x-www-form-
/// urlencoded parsing"); of a field that is there twice a list. What is not UTF-8 becomes U+FFFD.
nlohmann::json form_fields(std::string_view body);

/// What was posted, as JSON text: JSON as it came, or a form as an object. "" for another `type` of
/// content. Throws std::invalid_argument for what is no JSON, or nested deeper than the bus takes.
std::string posted_json(std::string_view type, std::string_view body);

}  // namespace tubes::services
