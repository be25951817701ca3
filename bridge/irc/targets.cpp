#include <algorithm>
#include <string>

#include <tubes/bridge/irc/targets.hpp>
#include <tubes/bridge/irc/text.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text.substr(0, text.find_last_not_of(' ') + 1);
}

void require_target(const Isupport& isupport, std::string_view target) {
  if (isupport.is_channel(target) || isupport.is_status_channel(target)) return;
  if (isupport.is_nick(target)) return;
  throw Error(ErrorCode::refused, "to: \"" + printable(target.substr(0, 60)) +
                                      "\" is neither one channel nor one nick");
}

}  // namespace

std::vector<std::string_view> split_targets(const Isupport& isupport, std::string_view list) {
  std::vector<std::string_view> targets;
  for (;;) {
    const auto comma = list.find(',');
    targets.push_back(trimmed(list.substr(0, comma)));
    require_target(isupport, targets.back());
    if (comma == list.npos) return targets;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace tubes::irc
