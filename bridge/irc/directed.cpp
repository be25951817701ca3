#include <algorithm>

#include <tubes/bridge/irc/directed.hpp>

namespace tubes::irc {
namespace {

std::string_view without_leading_spaces(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

bool names(std::string_view text, std::string_view nick, Casemap casemap) {
  return text.size() > nick.size() && (text[nick.size()] == ':' || text[nick.size()] == ',') &&
         same_name(casemap, text.substr(0, nick.size()), nick);
}

}  // namespace

std::optional<std::string_view> directed_text(std::string_view text, std::string_view nick,
                                              Casemap casemap, bool in_private) {
  if (names(text, nick, casemap)) return without_leading_spaces(text.substr(nick.size() + 1));
  const bool bang = text.size() > 1 && text[0] == '!' && text[1] != '!' && text[1] != ' ';
  if (bang) return text.substr(1);
  return in_private ? std::optional{text} : std::nullopt;
}

}  // namespace tubes::irc
