#include <algorithm>
#include <initializer_list>

#include <tubes/bridge/irc/nickserv.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {
constexpr std::string_view nickserv = "NickServ";

bool says_any_of(const Line& notice, std::initializer_list<const char*> words) {
  const auto said = fold(Casemap::ascii, notice.param(1));
  return std::ranges::any_of(
      words, [&](const char* word) { return said.find(word) != std::string::npos; });
}

}  // namespace

std::string identify_line(const NickservOptions& options, std::string_view nick,
                          std::string_view wanted_nick) {
  for (const auto* word : {&options.account, &options.password}) {
    if (word->find(' ') == std::string::npos) continue;
    throw Error(ErrorCode::refused, "NickServ takes no account and no password with a space");
  }
  const auto account = options.account.empty() ? wanted_nick : std::string_view{options.account};
  std::string text = "IDENTIFY ";
  if (!options.account.empty() || nick != wanted_nick) text.append(account).append(" ");
  return format_line("PRIVMSG", {nickserv}, text + options.password);
}

/// As services word it; what else they say may be a greeting, of several lines.
bool answers_identify(const Isupport& isupport, const Line& notice) {
  return is_nickserv(isupport, notice.nick()) && !isupport.is_channel(notice.param(0)) &&
         (says_no(notice) ||
          says_any_of(notice, {"identified", "recognized", "accepted", "logged in"}));
}

bool says_no(const Line& notice) {
  return says_any_of(
      notice, {"invalid", "incorrect", "wrong", "denied", "not registered", "isn't registered"});
}

bool is_nickserv(const Isupport& isupport, std::string_view nick) {
  return isupport.same(nick, nickserv);
}

}  // namespace tubes::irc
