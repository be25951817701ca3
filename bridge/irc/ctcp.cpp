#include <algorithm>
#include <cctype>
#include <ctime>
#include <utility>

#include <tubes/bridge/irc/ctcp.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

constexpr char delimiter = '\x01';

/// With this and the longest answer a NOTICE is far from max_line, whatever our prefix is.
constexpr std::size_t longest_asker = 64;

bool is_control_character(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == 0x7F;
}

/// The longest start of the text that ends where a character of UTF-8 does.
std::string_view start_of(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

/// What was asked with PING, in a form that is safe to be said by us.
std::string echo(std::string_view argument) {
  std::string text{argument};
  std::erase_if(text, is_control_character);
  return std::string{start_of(is_utf8(text) ? text : to_utf8(text), longest_ctcp_ping)};
}

std::string written(std::time_t time) {
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[] = "0000-00-00T00:00:00Z";
  return {text, std::strftime(text, sizeof text, "%FT%TZ", &parts)};
}

std::string upper(std::string_view word) {
  std::string result{word};
  for (char& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

bool is_ctcp_version(std::string_view text) noexcept {
  return text.size() <= longest_ctcp_version && is_utf8(text) &&
         std::ranges::none_of(text, is_control_character);
}

std::optional<std::string> Ctcp::answer(Time now, const Isupport& isupport, const Line& line) {
  const auto nick = line.nick();
  const bool answerable = nick.size() <= longest_asker && Isupport{}.is_nick(nick) &&
                          (is_utf8(nick) || !isupport.utf8_only);
  if (line.command != "PRIVMSG" || !is_ctcp(line.param(1)) || !answerable) return std::nullopt;
  const auto answer = answer_to(line.param(1));
  if (answer.empty() || !bucket_.take(now)) return std::nullopt;
  return format_line("NOTICE", {nick}, delimiter + answer + delimiter);
}

/// "" if there is none.
std::string Ctcp::answer_to(std::string_view question) const {
  question.remove_prefix(1);
  if (question.ends_with(delimiter)) question.remove_suffix(1);
  const auto space = std::min(question.find(' '), question.size());
  const auto what = upper(question.substr(0, space));
  if (what == "VERSION" && !options_.version.empty()) return "VERSION " + options_.version;
  if (what == "PING" && options_.ping) return "PING" + echo(question.substr(space));
  if (what == "TIME" && options_.clock != nullptr) return "TIME " + written(options_.clock());
  return {};
}

}  // namespace tubes::irc
