#include <algorithm>
#include <utility>

#include <tubes/bridge/irc/names.hpp>
#include <tubes/proto/unique_nicks.hpp>

namespace tubes::irc {
namespace {

std::pair<std::string, std::string> nick_and_prefix(const Isupport& isupport,
                                                    const Encoding& encoding,
                                                    std::string_view entry) {
  const auto start = std::min(entry.find_first_not_of(isupport.prefixes), entry.size());
  const auto prefix = entry.substr(0, std::min<std::size_t>(start, 1));
  entry.remove_prefix(start);
  return {encoding.to_utf8(entry.substr(0, entry.find('!'))), std::string{prefix}};
}

}  // namespace

bool NamesCollector::add(const Isupport& isupport, const Line& line) {
  if (held_ >= limit) return std::exchange(full_, true);
  const auto [reply, is_new] = replies_.try_emplace(fold(isupport.casemap, line.param(2)));
  auto& nicks = reply->second;
  held_ += is_new;
  std::string_view rest = line.param(3);
  while (!rest.empty()) {
    const auto entry = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
    if (entry.empty()) continue;
    nicks.push_back(nick_and_prefix(isupport, encoding_, entry));
    ++held_;
  }
  return true;
}

in::Names NamesCollector::finish(const Isupport& isupport, const Line& line) {
  const auto channel = line.param(1);
  auto reply = replies_.extract(fold(isupport.casemap, channel));
  if (!reply.empty()) held_ -= reply.mapped().size() + 1;
  full_ = false;
  return {encoding_.to_utf8(channel), reply.empty() ? in::Nicks{} : unique_nicks(reply.mapped()),
          ""};
}

void NamesCollector::clear() {
  replies_.clear();
  held_ = 0;
  full_ = false;
}

}  // namespace tubes::irc
