#pragma once

#include <optional>
#include <string>
#include <vector>

#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {

/// What a server says of a command in words that programs can read (IRCv3: standard replies).
struct StandardReply {
  enum class Kind { fail, warn, note };

  Kind kind = Kind::note;
  std::string command;               ///< that it is about; "" if it is about none ("*")
  std::string code;                  ///< such as "ACCOUNT_REQUIRED"
  std::vector<std::string> context;  ///< what the code is about, such as a channel
  std::string description;           ///< for humans
};

/// Nothing if the line is no such reply, or lacks the code or the description. Bytes as they came.
std::optional<StandardReply> standard_reply(const Line& line);

/// For the log, printable: "FAIL JOIN INVALID_CHANNEL #a: no such channel".
std::string described(const StandardReply& reply);

}  // namespace tubes::irc
