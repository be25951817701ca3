#include <algorithm>
#include <array>
#include <string>

#include <tubes/bridge/irc/allowed.hpp>
#include <tubes/bridge/irc/text.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

constexpr std::array<std::string_view, 13> allowed = {
    "JOIN", "PART",    "TOPIC",  "MODE",  "KICK", "INVITE", "NICK",
    "AWAY", "PRIVMSG", "NOTICE", "NAMES", "WHO",  "WHOIS"};

std::string known() {
  std::string list;
  for (const auto command : allowed) list.append(list.empty() ? "" : " ").append(command);
  return list;
}

/// A command without its parameters, which may be secret; bounded, and fit for a log.
std::string shown(std::string_view command) {
  return printable(command.substr(0, 20));
}

}  // namespace

Line parse_allowed(std::string_view command) {
  const auto end = command.find_last_not_of("\r\n");
  command = command.substr(0, end == command.npos ? 0 : end + 1);
  if (command.find_first_of(std::string_view{"\r\n\0", 3}) != command.npos) {
    throw Error(ErrorCode::refused,
                "raw: the command holds CR, LF or NUL; send one line at a time");
  }
  auto line = parse_line(command);
  if (!line) throw Error(ErrorCode::refused, "raw: the command is empty");
  if (std::find(allowed.begin(), allowed.end(), line->command) == allowed.end()) {
    throw Error(ErrorCode::refused,
                "raw: " + shown(line->command) + " is not allowed; allowed are " + known());
  }
  return std::move(*line);
}

}  // namespace tubes::irc
