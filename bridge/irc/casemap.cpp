#include <algorithm>

#include <tubes/bridge/irc/casemap.hpp>

namespace tubes::irc {
namespace {

char lower(Casemap map, char c) noexcept {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c + ('a' - 'A'));
  if (map == Casemap::ascii) return c;
  switch (c) {
    case '[':
      return '{';
    case ']':
      return '}';
    case '\\':
      return '|';
    case '~':
      return map == Casemap::rfc1459 ? '^' : c;
    default:
      return c;
  }
}

}  // namespace

Casemap casemap_named(std::string_view name) noexcept {
  if (name == "rfc1459") return Casemap::rfc1459;
  return name == "rfc1459-strict" || name == "strict-rfc1459" ? Casemap::strict_rfc1459
                                                              : Casemap::ascii;
}

std::string fold(Casemap map, std::string_view name) {
  std::string folded{name};
  for (char& c : folded) c = lower(map, c);
  return folded;
}

bool same_name(Casemap map, std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [map](char x, char y) { return lower(map, x) == lower(map, y); });
}

}  // namespace tubes::irc
