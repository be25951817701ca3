#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tubes::irc {

/// Bytes of base64 in one AUTHENTICATE (IRCv3 sasl-3.1). A message ends with a shorter one: "+" if
/// there is nothing left for it.
inline constexpr std::size_t sasl_chunk = 400;

/// The AUTHENTICATE lines that carry a response.
std::string authenticate_lines(std::string_view response);

/// Puts the chunks of a server's challenge together.
class ChallengeReader {
 public:
  /// Bytes of base64 in one challenge.
  static constexpr std::size_t limit = 20 * sasl_chunk;

  /// The challenge that this parameter of AUTHENTICATE completes, decoded; or nothing. Throws
  /// Error{refused} for what is too long or no base64.
  std::optional<std::string> add(std::string_view chunk);

  void clear() { text_.clear(); }

 private:
  std::string text_;
};

}  // namespace tubes::irc
