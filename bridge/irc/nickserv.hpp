#pragma once

#include <string>
#include <string_view>

#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// How to log in where there is no SASL: by a message to NickServ. Whoever has that nick reads it.
struct NickservOptions {
  std::string password;
  std::string account;    ///< "" for the nick
  bool insecure = false;  ///< the password may go where others can read along

  bool operator==(const NickservOptions&) const = default;
};

/// The line that identifies us. It names the account, which old services do not understand, only
/// where it has to: if one is configured, or if our nick is not the wanted one. Throws
/// Error{refused}, without the password, if that fits no line.
std::string identify_line(const NickservOptions& options, std::string_view nick,
                          std::string_view wanted_nick);

/// Whether this NOTICE is NickServ's yes or no, by the words that services use for them, and not
/// what it says to everybody who comes under a registered nick: to identify.
bool answers_identify(const Isupport& isupport, const Line& notice);
/// Whether such an answer is a refusal.
bool says_no(const Line& notice);

/// Whether this nick is NickServ.
bool is_nickserv(const Isupport& isupport, std::string_view nick);

}  // namespace tubes::irc
