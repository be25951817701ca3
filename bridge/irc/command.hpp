#pragma once

#include <string>
#include <string_view>

namespace tubes::irc {

/// What a bot asks the session to do.
struct Command {
  enum class Kind { say, action, raw };

  Kind kind = Kind::say;
  std::string to;      ///< a comma list of channels and nicks; "" for raw
  std::string text;    ///< for raw, an IRC line
  std::string id;      ///< what its receipts are called by (receipt.hpp); "" for none
  std::string sender;  ///< who asks, as the bus knows them; "" for anybody
  bool told = false;   ///< a receipt has said that it was taken
};

inline Command say(std::string_view to, std::string_view text) {
  return {Command::Kind::say, std::string{to}, std::string{text}, {}, {}, false};
}

inline Command action(std::string_view to, std::string_view text) {
  return {Command::Kind::action, std::string{to}, std::string{text}, {}, {}, false};
}

inline Command raw(std::string_view line) {
  return {Command::Kind::raw, {}, std::string{line}, {}, {}, false};
}

}  // namespace tubes::irc
