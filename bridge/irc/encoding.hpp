#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tubes::irc {

/// What the bytes of a text mean that is not UTF-8: by IRC's own rules they mean nothing.
/// Windows-1252 is built in (text.hpp); the others are those of the system's iconv.
class Encoding {
 public:
  /// Windows-1252.
  Encoding() = default;

  /// By its name in any case, such as "iso-8859-15"; nothing if it is not one of names().
  static std::optional<Encoding> named(std::string_view name);
  /// All names, joined by commas.
  static std::string names();

  std::string_view name() const noexcept;
  /// Whether this system's iconv has it.
  bool usable() const;

  /// UTF-8 stays as it is; anything else is read in this encoding. What it has no character for
  /// becomes U+FFFD, as all does that an iconv which lacks it cannot read.
  std::string to_utf8(std::string_view text) const;

  bool operator==(const Encoding&) const = default;

 private:
  explicit Encoding(std::size_t index) : index_(index) {}

  std::size_t index_ = 0;  ///< among those known
};

}  // namespace tubes::irc
