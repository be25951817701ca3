#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tubes::irc {

/// Cuts a stream of bytes into lines. CRLF, LF and a lone CR end one; empty lines are skipped.
/// Memory stays bounded: a line over `limit` bytes is passed over up to its end, and reported.
class LineReader {
 public:
  /// Room for all of the tags of IRCv3 beside a line of RFC 1459; what LINELEN allows beyond it is
  /// not read.
  static constexpr std::size_t limit = 8191 + 512;

  struct Read {
    std::string text;      ///< without its end; of an over-long line the first bytes
    std::size_t size = 0;  ///< bytes of the whole line
    bool too_long() const noexcept { return size > limit; }
  };

  void feed(std::string_view bytes) { buffer_.append(bytes); }

  /// The next complete line, or nothing until more was fed.
  std::optional<Read> next();

 private:
  std::optional<Read> overflowing();
  Read finish(std::size_t end);

  std::string buffer_;
  std::string excerpt_;       ///< the start of a line that is too long to be kept
  std::size_t overlong_ = 0;  ///< bytes of that line passed over so far
};

}  // namespace tubes::irc
