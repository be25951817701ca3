#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace tubes::irc {

/// Which nick to ask for when the wanted one is taken: nick_, nick__, then nick1 to nick9.
/// Shortened before the suffix so as to keep within the network's NICKLEN; while that is unknown,
/// within the longer of the wanted nick and the nine characters of RFC 1459.
class NickChoice {
 public:
  explicit NickChoice(std::string wanted) : wanted_(std::move(wanted)) {}

  const std::string& wanted() const noexcept { return wanted_; }

  /// The next alternate; nothing when all were handed out.
  std::optional<std::string> next(std::optional<std::size_t> nick_length);

  /// Starts again from the wanted nick.
  void reset() noexcept { tried_ = 0; }

 private:
  std::string wanted_;
  std::size_t tried_ = 0;
};

}  // namespace tubes::irc
