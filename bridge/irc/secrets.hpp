#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tubes::irc {

/// What must not be read in a log, not even when a server sends it back to us.
class Secrets {
 public:
  void add(std::string_view secret);
  /// The text with "***" for each secret in it.
  std::string hidden(std::string text) const;
  /// The start of a text, printable. Secrets are hidden before it is cut, which would leave a part
  /// of one.
  std::string excerpt(std::string_view text, std::size_t bytes) const;

 private:
  std::vector<std::string> secrets_;  ///< as they are, and as they are printed; the longest first
};

}  // namespace tubes::irc
