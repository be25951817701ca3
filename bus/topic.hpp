#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace tubes {

/// Topics are dot-separated, non-empty tokens of [A-Za-z0-9_-], at most 255 bytes. Keys of
/// retained values follow the same grammar.
bool is_topic(std::string_view text) noexcept;

/// Throws Error{invalid_topic} that names the text, the offending place and the grammar.
void require_topic(std::string_view text);

/// What a subscription asks for: one topic exactly, or all below a dot ("in.>" matches
/// "in.libera" and "in.libera.raw", not "in").
class Filter {
 public:
  /// Throws Error{invalid_topic} unless `text` is a topic or a topic followed by ".>".
  explicit Filter(std::string_view text);
  /// A topic of the bus's own: `text` is a "$" and a topic. Nobody asks a Bus for it.
  static Filter own(std::string_view text);

  bool matches(std::string_view topic) const noexcept;

  const std::string& text() const noexcept { return text_; }
  bool is_prefix() const noexcept { return prefix_; }
  bool is_own() const noexcept { return text_.starts_with('$'); }
  /// The topic itself, or what every matching topic starts with, dot included ("in.").
  std::string_view stem() const noexcept;

 private:
  Filter(std::string text, bool prefix) : text_(std::move(text)), prefix_(prefix) {}

  std::string text_;
  bool prefix_;
};

}  // namespace tubes
