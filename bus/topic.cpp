#include <algorithm>

#include <tubes/bus/error.hpp>
#include <tubes/bus/topic.hpp>

namespace tubes {
namespace {

constexpr std::size_t longest_topic = 255;
constexpr std::string_view below = ".>";

bool is_token_byte(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

/// Where the grammar is first broken, or npos.
std::size_t first_fault(std::string_view text) noexcept {
  if (text.empty()) return 0;
  bool token_is_empty = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == longest_topic) return i;
    if (text[i] == '.' ? token_is_empty : !is_token_byte(text[i])) return i;
    token_is_empty = text[i] == '.';
  }
  return token_is_empty ? text.size() : std::string_view::npos;
}

/// Topics come from strangers: an error shows no control bytes and no novel.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text.substr(0, 64)) out += (c >= 0x20 && c < 0x7f) ? c : '?';
  return out + (text.size() > 64 ? "…\"" : "\"");
}

[[noreturn]] void refuse(std::string_view text, std::size_t fault) {
  throw Error(ErrorCode::invalid_topic,
              "invalid topic " + quoted(text) + " at byte " + std::to_string(fault) +
                  ": topics are dot-separated, non-empty tokens of A-Z a-z 0-9 _ -, at most 255 "
                  "bytes; a filter may end in .> (IRC channel names belong in the data)");
}

}  // namespace

bool is_topic(std::string_view text) noexcept {
  return first_fault(text) == std::string_view::npos;
}

void require_topic(std::string_view text) {
  const auto fault = first_fault(text);
  if (fault != std::string_view::npos) refuse(text, fault);
}

Filter::Filter(std::string_view text) : text_(text), prefix_(text.ends_with(below)) {
  require_topic(prefix_ ? text.substr(0, text.size() - below.size()) : text);
}

Filter Filter::own(std::string_view text) {
  require_topic(text.starts_with('$') ? text.substr(1) : std::string_view{});
  return {std::string(text), false};
}

std::string_view Filter::stem() const noexcept {
  const std::string_view text = text_;
  return prefix_ ? text.substr(0, text.size() - 1) : text;
}

bool Filter::matches(std::string_view topic) const noexcept {
  return prefix_ ? topic.size() > stem().size() && topic.starts_with(stem()) : topic == text_;
}

}  // namespace tubes
