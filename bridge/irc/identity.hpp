#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tubes::irc {

/// Who we are on a network: the nick the server gave us, and what it puts before our messages when
/// it relays them, as far as it has shown.
class Identity {
 public:
  const std::string& nick() const noexcept { return nick_; }
  void set_nick(std::string_view nick) { nick_ = nick; }

  /// Learns from the prefix "nick!user@host" of a line that the server echoed to us.
  void learn(std::string_view own_prefix) {
    const auto bang = own_prefix.find('!');
    if (bang != own_prefix.npos) user_host_bytes_ = own_prefix.size() - bang - 1;
  }
  /// The host changed to something not yet seen.
  void forget_host() noexcept { user_host_bytes_ = longest_user_host; }

  /// Bytes of "nick!user@host"; an upper bound until the server has shown it.
  std::size_t prefix_bytes() const noexcept { return nick_.size() + 1 + user_host_bytes_; }

 private:
  /// "~" and ten characters of user, "@", and 63 of host: what servers allow at most.
  static constexpr std::size_t longest_user_host = 11 + 1 + 63;

  std::string nick_;
  std::size_t user_host_bytes_ = longest_user_host;
};

}  // namespace tubes::irc
