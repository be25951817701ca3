#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// UTF-8 as Unicode 15 section 3.9 has it: no surrogates, nothing overlong, nothing over U+10FFFF.
namespace tubes::utf8 {

inline constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// What stands at one place of a text: a whole character, or the maximal subpart of an ill-formed
/// one, which is what a single U+FFFD stands for.
struct Step {
  std::size_t length;
  bool valid;
};

/// `at` must be inside the text.
Step step(std::string_view text, std::size_t at) noexcept;

bool is_valid(std::string_view text) noexcept;

/// The text with U+FFFD for each maximal subpart that is ill-formed.
std::string valid(std::string_view text);

/// Appends one code point; a surrogate becomes U+FFFD. At most U+10FFFF.
void append(std::string& out, char32_t code_point);

}  // namespace tubes::utf8
