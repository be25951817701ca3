#pragma once

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

 private:
  std::vector<std::string> secrets_;  ///< as they are, and as they are printed; the longest first
};

}  // namespace tubes::irc
