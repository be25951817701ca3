#include <algorithm>
#include <array>

#include <tubes/transports/redis/refusal.hpp>

namespace tubes::redis {
namespace {

constexpr std::size_t kMostWords = 200;  // bytes that an error quotes

struct Remedy {
  std::string_view error;
  std::string_view remedy;
};

constexpr std::array kRemedies = {
    Remedy{"NOAUTH",
           "give a password: redis://user:password@host, ?password_env=NAME or "
           "?password_file=PATH"},
    Remedy{"WRONGPASS", "check the user and the password in the bus URL"},
    Remedy{"NOPERM", "allow it to this user with ACL SETUSER"},
    Remedy{"DENIED", "connect from the same machine, or configure a password there"},
    Remedy{"LOADING", "it is reading its data: try again in a moment"},
    Remedy{"MASTERDOWN", "it is a replica without its primary: use the primary"},
    Remedy{"READONLY", "it is a read-only replica: use its primary"},
    Remedy{"OOM", "free memory there, or raise its maxmemory"},
    Remedy{"MISCONF", "it cannot save its data: its log says why"},
    Remedy{"WRONGTYPE", "the key belongs to something else: choose another prefix"},
};

std::string_view remedy_for(std::string_view error) {
  const auto found = std::ranges::find(kRemedies, error, &Remedy::error);
  return found == kRemedies.end() ? "see its configuration and its log" : found->remedy;
}

/// An unknown command is answered with its arguments, and AUTH's are secret.
std::string_view without_arguments(std::string_view words) {
  return words.substr(0, words.find(", with args beginning"));
}

/// They may be of any length and bytes: an error is read in a terminal and in a log.
std::string printable(std::string_view words) {
  std::string text(words.substr(0, kMostWords));
  std::ranges::replace_if(text, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return words.size() > kMostWords ? text + "…" : text;
}

}  // namespace

Error refusal(std::string_view address, std::string_view tried, std::string_view words) {
  const auto error = words.substr(0, words.find(' '));
  const bool later = error == "LOADING" || error == "MASTERDOWN";
  std::string text(address);
  text.append(" refused ").append(tried).append(" (");
  text.append(printable(without_arguments(words))).append("); ").append(remedy_for(error));
  return {later ? ErrorCode::unreachable : ErrorCode::refused, text};
}

}  // namespace tubes::redis
