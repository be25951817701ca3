#include <algorithm>
#include <vector>

#include <tubes/bridge/irc/answers.hpp>
#include <tubes/bridge/irc/described.hpp>
#include <tubes/bridge/irc/stamp.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

/// Of a server's code.
constexpr std::size_t longest_code = 64;

/// Without a status: "@#channel" is refused as "#channel".
std::string_view without_status(std::string_view target, const Isupport& isupport) {
  if (isupport.is_status_channel(target)) target.remove_prefix(1);
  return target;
}

/// What an error says before its text: neither our nick, with which a numeric begins, nor the
/// command and the code of a standard reply.
std::vector<std::string_view> subjects(const Line& error) {
  std::vector<std::string_view> all;
  const std::size_t first = error.command == "FAIL" ? 2 : 1;
  for (std::size_t i = first; i + 1 < error.params.size(); ++i) all.push_back(error.param(i));
  return all;
}

}  // namespace

bool is_error(const Line& line) {
  const auto numeric = line.numeric();
  return (numeric >= 400 && numeric < 600) || numeric == 716 || line.command == "FAIL";
}

Fate failure_of(const Line& line) {
  const bool standard = line.command == "FAIL";
  const auto code = standard ? line.param(1) : std::string_view{line.command};
  return {Outcome::failed, printable(code.substr(0, longest_code)), described(line)};
}

Fate confirmation_of(const Line& line) {
  return {Outcome::confirmed, "", "", server_time(line), message_id(line)};
}

bool is_speech(const Line& line) {
  return line.command == "PRIVMSG" || line.command == "NOTICE";
}

bool concerns(const Line& sent, std::string_view subject, const Isupport& isupport) {
  const auto middles =
      is_speech(sent) ? std::min<std::size_t>(1, sent.params.size()) : sent.params.size();
  for (std::size_t i = 0; i < middles; ++i) {
    for (std::string_view rest = sent.param(i); !rest.empty();) {
      const auto item = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(item.size() + 1, rest.size()));
      if (isupport.same(without_status(item, isupport), without_status(subject, isupport)))
        return true;
    }
  }
  return false;
}

bool names_target(const Line& error, const Line& sent, const Isupport& isupport) {
  return std::ranges::any_of(
      subjects(error), [&](std::string_view subject) { return concerns(sent, subject, isupport); });
}

bool names_command(const Line& error, const Line& sent) {
  if (error.command == "FAIL") return error.param(0) == sent.command;
  return std::ranges::any_of(subjects(error),
                             [&](std::string_view subject) { return subject == sent.command; });
}

bool names_nothing(const Line& error) {
  return subjects(error).empty() && (error.command != "FAIL" || error.param(0) == "*");
}

bool is_echo(const Line& line, const Line& sent, const Isupport& isupport, std::string_view nick) {
  return line.command == sent.command && isupport.same(line.nick(), nick);
}

bool is_echo_to_the_letter(const Line& line, const Line& sent, const Isupport& isupport,
                           std::string_view nick) {
  return is_speech(line) && is_echo(line, sent, isupport, nick) &&
         isupport.same(line.param(0), sent.param(0)) && line.param(1) == sent.param(1);
}

}  // namespace tubes::irc
