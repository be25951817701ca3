#include <algorithm>
#include <array>
#include <cstdint>

#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

constexpr std::string_view action_start =
    "\x01"
    "ACTION";

/// What Windows-1252 puts where Latin-1 has control characters, 0x80 to 0x9F.
constexpr std::array<char16_t, 32> windows_1252 = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};

char16_t code_point(unsigned char byte) {
  return byte >= 0x80 && byte < 0xA0 ? windows_1252[byte - 0x80U] : byte;
}

void append(std::string& text, char16_t c) {
  if (c < 0x80) {
    text += static_cast<char>(c);
  } else if (c < 0x800) {
    text += static_cast<char>(0xC0 | (c >> 6));
    text += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    text += static_cast<char>(0xE0 | (c >> 12));
    text += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    text += static_cast<char>(0x80 | (c & 0x3F));
  }
}

/// Bytes of a sequence by its first byte; 0 for one that starts none.
std::size_t sequence_length(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

/// The range of second bytes is narrower where it would make an overlong form, a surrogate, or a
/// code point over U+10FFFF.
bool second_fits(unsigned char first, unsigned char second) {
  const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  return second >= low && second <= high;
}

/// Bytes of the well-formed sequence that the text starts with, or 0.
std::size_t well_formed(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = sequence_length(byte(0));
  if (length == 0 || length > text.size()) return 0;
  if (length > 1 && !second_fits(byte(0), byte(1))) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = well_formed(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string to_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string{text};
  std::string result;
  for (const char c : text) append(result, code_point(static_cast<unsigned char>(c)));
  return result;
}

std::string printable(std::string_view text) {
  std::string result = to_utf8(text);
  std::replace_if(
      result.begin(), result.end(),
      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; }, '?');
  return result;
}

bool is_ctcp(std::string_view text) noexcept {
  return text.starts_with('\x01');
}

bool is_action(std::string_view text) noexcept {
  if (!text.starts_with(action_start)) return false;
  text.remove_prefix(action_start.size());
  return text.empty() || text.front() == ' ' || text.front() == '\x01';
}

std::string_view action_text(std::string_view text) noexcept {
  text.remove_prefix(std::min(action_start.size(), text.size()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  if (text.ends_with('\x01')) text.remove_suffix(1);
  return text;
}

}  // namespace tubes::irc
