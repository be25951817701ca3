#include <charconv>
#include <utility>

#include <tubes/proto/json/fields.hpp>
#include <tubes/proto/json/walker.hpp>
#include <tubes/proto/text/excerpt.hpp>
#include <tubes/proto/unique_nicks.hpp>

namespace tubes::json {
namespace {

std::string must_be(std::string_view expected, std::string_view value) {
  return "must be " + std::string(expected) + ", got " + std::string(name(kind_of(value)));
}

/// Calls take(key, text) for each string in the container.
template <class Take>
std::string read_strings(std::string_view container, std::string_view expected, Take&& take) {
  Walker walker(container);
  while (const auto item = walker.next()) {
    if (kind_of(item->value) != Kind::string) return must_be(expected, item->value) + " in it";
    take(item->key, unquoted(item->value));
  }
  return {};
}

}  // namespace

std::string read(std::string_view value, std::string& text) {
  if (kind_of(value) != Kind::string) return must_be("a string", value);
  text = unquoted(value);
  return {};
}

std::string read(std::string_view value, std::vector<std::string>& texts) {
  constexpr std::string_view expected = "an array of strings";
  if (kind_of(value) != Kind::array) return must_be(expected, value);
  return read_strings(value, expected, [&](std::string_view, std::string text) {
    texts.push_back(std::move(text));
  });
}

std::string read(std::string_view value, in::Nicks& nicks) {
  constexpr std::string_view expected = "an object of strings";
  if (kind_of(value) != Kind::object) return must_be(expected, value);
  in::Nicks all;
  const std::string why =
      read_strings(value, expected, [&](std::string_view nick, std::string prefix) {
        all.emplace_back(unquoted(nick), std::move(prefix));
      });
  nicks = unique_nicks(all);
  return why;
}

std::string read(std::string_view value, bool& flag) {
  if (kind_of(value) != Kind::boolean) return must_be("true or false", value);
  flag = value == "true";
  return {};
}

std::string read(std::string_view value, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size()) return {};
  if (kind_of(value) != Kind::number) return must_be("a whole number", value);
  return "must be a whole number from 0 to 18446744073709551615, got " + excerpt(value);
}

}  // namespace tubes::json
