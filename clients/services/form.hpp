#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

namespace tubes::services {

/// The fields of a posted form as an object of strings (WHATWG URL, "application/x-www-form-
/// urlencoded parsing"); of a field that is there twice a list. What is not UTF-8 becomes U+FFFD.
nlohmann::json form_fields(std::string_view body);

}  // namespace tubes::services
