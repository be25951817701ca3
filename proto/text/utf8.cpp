#include <cstdint>
#include <cstring>

#include <tubes/proto/text/utf8.hpp>

namespace tubes::utf8 {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// How many bytes a character has, and the range of the second. Length 0: no character starts so.
struct Lead {
  std::size_t length = 0;
  unsigned char low = 0x80, high = 0xBF;
};

// Unicode 15, table 3-7.
Lead lead(unsigned char first) {
  if (first < 0x80) return {1};
  if (first < 0xC2 || first > 0xF4) return {0};
  if (first < 0xE0) return {2};
  if (first == 0xE0) return {3, 0xA0, 0xBF};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first < 0xF0) return {3};
  if (first == 0xF0) return {4, 0x90, 0xBF};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {4};
}

bool next_eight_are_ascii(std::string_view text, std::size_t at) {
  if (text.size() - at < 8) return false;
  std::uint64_t bytes;
  std::memcpy(&bytes, text.data() + at, 8);
  return (bytes & 0x8080808080808080u) == 0;
}

}  // namespace

Step step(std::string_view text, std::size_t at) noexcept {
  const Lead expected = lead(byte_at(text, at));
  if (expected.length == 0) return {1, false};
  for (std::size_t n = 1; n < expected.length; ++n) {
    if (at + n == text.size()) return {n, false};
    const unsigned char low = n == 1 ? expected.low : 0x80;
    const unsigned char high = n == 1 ? expected.high : 0xBF;
    const unsigned char byte = byte_at(text, at + n);
    if (byte < low || byte > high) return {n, false};
  }
  return {expected.length, true};
}

bool is_valid(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    if (next_eight_are_ascii(text, at)) {
      at += 8;
      continue;
    }
    const Step here = step(text, at);
    if (!here.valid) return false;
    at += here.length;
  }
  return true;
}

std::string valid(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Step here = step(text, at);
    out += here.valid ? text.substr(at, here.length) : replacement;
    at += here.length;
  }
  return out;
}

void append(std::string& out, char32_t code) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
  const auto follow = [&](unsigned shift) { put(0x80 | ((code >> shift) & 0x3F)); };
  if (code < 0x80) return put(code);
  if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;
  if (code < 0x800) {
    put(0xC0 | (code >> 6));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    follow(6);
  } else {
    put(0xF0 | (code >> 18));
    follow(12);
    follow(6);
  }
  follow(0);
}

}  // namespace tubes::utf8
