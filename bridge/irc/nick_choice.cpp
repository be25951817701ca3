#include <algorithm>
#include <array>
#include <string_view>

#include <tubes/bridge/irc/nick_choice.hpp>

namespace tubes::irc {
namespace {

constexpr std::array<std::string_view, 11> suffixes = {"_", "__", "1", "2", "3", "4",
                                                       "5", "6",  "7", "8", "9"};
constexpr std::size_t rfc1459_length = 9;

}  // namespace

std::optional<std::string> NickChoice::next(std::optional<std::size_t> nick_length) {
  if (tried_ == suffixes.size()) return std::nullopt;
  const auto suffix = suffixes[tried_++];
  const std::size_t longest = nick_length.value_or(std::max(wanted_.size(), rfc1459_length));
  const std::size_t kept = longest > suffix.size() ? longest - suffix.size() : 1;
  return wanted_.substr(0, kept).append(suffix);
}

}  // namespace tubes::irc
