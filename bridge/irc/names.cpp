#include <algorithm>
#include <utility>

#include <tubes/bridge/irc/names.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

std::pair<std::string, std::string> nick_and_prefix(const Isupport& isupport,
                                                    std::string_view entry) {
  const auto start = std::min(entry.find_first_not_of(isupport.prefixes), entry.size());
  const auto prefix = entry.substr(0, std::min<std::size_t>(start, 1));
  entry.remove_prefix(start);
  return {to_utf8(entry.substr(0, entry.find('!'))), std::string{prefix}};
}

}  // namespace

void NamesCollector::add(const Isupport& isupport, const Line& line) {
  auto& nicks = replies_[fold(isupport.casemap, line.param(2))];
  std::string_view rest = line.param(3);
  while (!rest.empty()) {
    const auto entry = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
    if (!entry.empty()) nicks.push_back(nick_and_prefix(isupport, entry));
  }
}

in::Names NamesCollector::finish(const Isupport& isupport, const Line& line) {
  const auto channel = line.param(1);
  auto reply = replies_.extract(fold(isupport.casemap, channel));
  return {to_utf8(channel), reply.empty() ? in::Nicks{} : std::move(reply.mapped()), ""};
}

}  // namespace tubes::irc
