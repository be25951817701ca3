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
  void learn(std::string_view own_prefix) noexcept {
    const auto bang = own_prefix.find('!');
    if (bang != own_prefix.npos) learn_host(own_prefix.substr(bang + 1));
  }
  /// The server says that this is our host by now, or "user@host".
  void learn_host(std::string_view host) noexcept {
    const auto at = host.find('@');
    if (at == host.npos) return learn_user_host({}, host);
    learn_user_host(host.substr(0, at), host.substr(at + 1));
  }
  /// User and host are these by now. Without a user it stays; a host that is none is not known.
  void learn_user_host(std::string_view user, std::string_view host) noexcept {
    if (!user.empty()) user_bytes_ = user.size();
    const bool is_host = !host.empty() && host.find(' ') == host.npos;
    host_bytes_ = is_host ? host.size() : longest_host;
  }

  /// Bytes of "nick!user@host"; an upper bound until the server has shown it.
  std::size_t prefix_bytes() const noexcept {
    return nick_.size() + 1 + user_bytes_ + 1 + host_bytes_;
  }

 private:
  // What servers allow at most: "~" and ten characters of user, and 63 of host.
  static constexpr std::size_t longest_user = 11, longest_host = 63;

  std::string nick_;
  std::size_t user_bytes_ = longest_user, host_bytes_ = longest_host;
};

}  // namespace tubes::irc
