#include <tubes/bridge/irc/playback.hpp>
#include <tubes/bridge/irc/stamp.hpp>

namespace tubes::irc {

bool is_played_back(const Batches& batches, const Line& line) {
  for (const auto* batch = batches.of(line); batch != nullptr; batch = batches.around(*batch)) {
    if (batch->type() == "chathistory" || batch->type() == "znc.in/playback") return true;
  }
  return false;
}

void Playback::joined(const Isupport& isupport, const Line& join) {
  const auto channel = fold(isupport.casemap, join.param(0));
  joined_.erase(channel);
  const auto time = server_moment(join);
  if (time && joined_.size() < limit) joined_.emplace(channel, *time);
}

bool Playback::is_old(const Isupport& isupport, const Line& line) const {
  if (line.command != "PRIVMSG" && line.command != "NOTICE") return false;
  const auto said = server_moment(line);
  if (!said) return false;
  const auto joined = joined_.find(fold(isupport.casemap, line.param(0)));
  return joined != joined_.end() && *said + tolerance < joined->second;
}

}  // namespace tubes::irc
