#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <string>

#include <tubes/clients/services/form.hpp>
#include <tubes/proto/json/walker.hpp>
#include <tubes/proto/text/utf8.hpp>

namespace tubes::services {
namespace {

/// Two hexadecimal digits.
std::optional<char> byte_of(std::string_view digits) {
  unsigned char byte = 0;
  const auto read = std::from_chars(digits.begin(), digits.end(), byte, 16);
  if (digits.size() != 2 || read.ptr != digits.end()) return std::nullopt;
  return static_cast<char>(byte);
}

/// '+' is a space, %41 an A; a '%' that stands for nothing is itself.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' ? byte_of(text.substr(i + 1, 2)) : std::nullopt;
    out += byte ? *byte : text[i] == '+' ? ' ' : text[i];
    if (byte) i += 2;
  }
  return utf8::valid(out);
}

void add(nlohmann::json& fields, const std::string& name, std::string value) {
  auto& field = fields[name];
  if (field.is_null()) {
    field = std::move(value);
    return;
  }
  if (field.is_string()) field = nlohmann::json::array({field});
  field.push_back(std::move(value));
}

}  // namespace

nlohmann::json form_fields(std::string_view body) {
  auto fields = nlohmann::json::object();
  while (!body.empty()) {
    const auto one = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(one.size() + 1, body.size()));
    if (one.empty()) continue;
    const auto equals = std::min(one.find('='), one.size());
    add(fields, decoded(one.substr(0, equals)),
        decoded(one.substr(std::min(equals + 1, one.size()))));
  }
  return fields;
}

std::string posted_json(std::string_view type, std::string_view body) {
  if (type.starts_with("application/x-www-form-urlencoded")) return form_fields(body).dump();
  if (!type.starts_with("application/json")) return {};
  if (!utf8::is_valid(body) || !json::single_value(body, json::max_depth - 1))
    throw std::invalid_argument("this is not JSON, or nested too deep");
  return std::string(body);
}

}  // namespace tubes::services
