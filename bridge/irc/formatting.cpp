#include <algorithm>
#include <array>

#include <tubes/bridge/irc/formatting.hpp>

namespace tubes::irc {
namespace {

constexpr std::string_view switches = "\x02\x1d\x1f\x1e\x11\x16\x0f";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hexadecimal(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// How a colour is written behind its code.
struct Notation {
  bool (*is_part)(char);
  std::size_t least, most;  ///< characters

  /// How many characters of the front are one colour; 0 if there is none.
  std::size_t length(std::string_view text) const {
    const auto longest = text.substr(0, most);
    const auto end = std::ranges::find_if_not(longest, is_part);
    const auto count = static_cast<std::size_t>(end - longest.begin());
    return count < least ? 0 : count;
  }
};

constexpr Notation numbers{is_digit, 1, 2}, values{is_hexadecimal, 6, 6};

/// The same for a foreground, and a background behind its comma.
std::size_t length_of_colours(std::string_view text, const Notation& notation) {
  const auto foreground = notation.length(text);
  if (foreground == 0 || !text.substr(foreground).starts_with(',')) return foreground;
  const auto background = notation.length(text.substr(foreground + 1));
  return background == 0 ? foreground : foreground + 1 + background;
}

}  // namespace

std::string without_formatting(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\x03')
      text.remove_prefix(length_of_colours(text, numbers));
    else if (c == '\x04')
      text.remove_prefix(length_of_colours(text, values));
    else if (switches.find(c) == switches.npos)
      plain += c;
  }
  return plain;
}

}  // namespace tubes::irc
