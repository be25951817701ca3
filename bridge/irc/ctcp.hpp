#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tubes/bridge/irc/flood.hpp>
#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// Which questions of CTCP are answered.
struct CtcpOptions {
  std::string version;  ///< what VERSION is told; "" for no answer. See is_ctcp_version().
  bool ping = false;
  std::time_t (*clock)() = nullptr;  ///< for TIME, which is told in UTC; null for no answer
  bool operator==(const CtcpOptions&) const = default;
};

/// Bytes of a VERSION, and of what PING gives back.
inline constexpr std::size_t longest_ctcp_version = 200, longest_ctcp_ping = 64;

/// Whether the text can be the answer to VERSION: UTF-8 without control characters, not too long.
bool is_ctcp_version(std::string_view text) noexcept;

/// Answers CTCP (https://modern.ircdocs.horse/ctcp) as far as it is configured: VERSION, PING and
/// TIME, and never DCC. Rarely: three answers at once, then one in ten seconds, whoever asks.
class Ctcp {
 public:
  static constexpr FloodOptions pace{3, 0.1};

  explicit Ctcp(CtcpOptions options) : options_(std::move(options)) {}

  /// The NOTICE to send because of this line of another's; nothing for all but a question in a
  /// PRIVMSG of somebody whose nick is one.
  std::optional<std::string> answer(Time now, const Isupport& isupport, const Line& line);

 private:
  std::string answer_to(std::string_view question) const;

  CtcpOptions options_;
  TokenBucket bucket_{pace};
};

}  // namespace tubes::irc
