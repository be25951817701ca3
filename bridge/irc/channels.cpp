#include <algorithm>
#include <utility>

#include <tubes/bridge/irc/channels.hpp>
#include <tubes/bridge/irc/line.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

constexpr int bad_key = 475;

/// Between an INVITE that we followed in vain and the next.
constexpr Time invite_pause = std::chrono::seconds{10};

/// One JOIN under construction. Keys go to the first channels of a line, so channels without a key
/// follow those with one.
struct Join {
  std::string channels, keys;
  std::size_t count = 0;

  void add(std::string_view channel, std::string_view key) {
    append(channels, channel);
    append(keys, key);
    ++count;
  }

  static void append(std::string& list, std::string_view item) {
    if (item.empty()) return;
    if (!list.empty()) list += ',';
    list.append(item);
  }

  bool has_room_for(std::string_view channel, std::string_view key) const {
    constexpr std::size_t around = std::string_view{"JOIN  \r\n,,"}.size();
    return around + channels.size() + keys.size() + channel.size() + key.size() <= max_line;
  }

  std::string line() const {
    return keys.empty() ? format_line("JOIN", {channels}) : format_line("JOIN", {channels, keys});
  }
};

/// Takes one item off a comma list.
std::string_view take_item(std::string_view& list) {
  const auto item = list.substr(0, list.find(','));
  list.remove_prefix(std::min(item.size() + 1, list.size()));
  return item;
}

void require_joinable(const std::string& name, const std::string& key) {
  if (name.find(',') != name.npos || key.find(',') != key.npos) {
    throw Error(ErrorCode::refused, "the channel " + name + " or its key has a comma");
  }
  Join{name, key, 1}.line();
}

/// A key that has a space, starts with ':' or is very long fits only a line of its own.
bool is_joinable(const std::string& name, const std::string& key) {
  try {
    require_joinable(name, key);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

Channels::Channels(const std::vector<std::string>& configured)
    : configured_(read(configured)), wanted_(configured_) {}

std::vector<Channels::Channel> Channels::read(const std::vector<std::string>& configured) {
  std::vector<Channel> channels;
  for (const auto& entry : configured) {
    const auto space = entry.find(' ');
    const auto key = space == entry.npos ? std::string{} : entry.substr(space + 1);
    channels.push_back({.name = entry.substr(0, space), .key = key});
    require_joinable(channels.back().name, key);
  }
  return channels;
}

bool Channels::holds(const Isupport& isupport, const std::vector<Channel>& channels,
                     std::string_view name) {
  return std::ranges::any_of(
      channels, [&](const Channel& channel) { return isupport.same(channel.name, name); });
}

std::vector<std::string> Channels::change(const Isupport& isupport,
                                          const std::vector<std::string>& configured, Time now,
                                          bool takes_joins) {
  const auto before = std::exchange(configured_, read(configured));
  std::vector<std::string> parts;
  std::erase_if(wanted_, [&](const Channel& channel) {
    const bool goes =
        holds(isupport, before, channel.name) && !holds(isupport, configured_, channel.name);
    if (goes && channel.in_since) parts.push_back(format_line("PART", {channel.name}));
    return goes;
  });
  for (const auto& channel : configured_) {
    Channel* known = find(isupport, channel.name);
    if (known == nullptr && holds(isupport, before, channel.name)) continue;  // left on request
    const bool same = known != nullptr && (channel.key.empty() || known->key == channel.key);
    if (known == nullptr) known = &wanted_.emplace_back(channel);
    if (!same) known->key = channel.key;
    if (takes_joins && !same && !known->in_since) known->due = now;
  }
  return parts;
}

Channels::Channel* Channels::find(const Isupport& isupport, std::string_view name) {
  const auto found = std::find_if(wanted_.begin(), wanted_.end(), [&](const Channel& channel) {
    return isupport.same(channel.name, name);
  });
  return found == wanted_.end() ? nullptr : &*found;
}

void Channels::all_due(Time now) {
  for (auto& channel : wanted_) channel.due = now;
}

void Channels::asked(const Isupport& isupport, std::string_view channels, std::string_view keys) {
  while (!channels.empty() && !keys.empty() && keys_.size() < limit) {
    const auto name = take_item(channels), key = take_item(keys);
    if (!key.empty() && is_joinable(std::string{name}, std::string{key}))
      keys_[fold(isupport.casemap, name)] = key;
  }
}

bool Channels::joined(const Isupport& isupport, std::string_view name, Time now) {
  const auto asked = keys_.extract(fold(isupport.casemap, name));
  Channel* channel = find(isupport, name);
  if (channel == nullptr) {
    if (wanted_.size() >= limit) return false;
    channel = &wanted_.emplace_back(Channel{.name = std::string{name}, .key = ""});
  }
  channel->due.reset();
  channel->in_since = now;
  channel->key_tried = false;
  if (!asked.empty()) channel->key = asked.mapped();
  return true;
}

void Channels::left(const Isupport& isupport, std::string_view names) {
  while (!names.empty()) {
    const auto name = take_item(names);
    std::erase_if(wanted_, [&](const Channel& c) { return isupport.same(c.name, name); });
  }
}

void Channels::kicked(const Isupport& isupport, std::string_view name, Time now, bool rejoin) {
  Channel* const channel = find(isupport, name);
  if (channel == nullptr) return;
  try_again(*channel, rejoin_rule(RejoinRule::kick), now);
  if (!rejoin) channel->due.reset();
}

std::string Channels::refused(const Isupport& isupport, std::string_view name, int numeric,
                              Time now) {
  Channel* const channel = find(isupport, name);
  if (channel == nullptr) return {};
  if (numeric != bad_key) return try_again(*channel, rejoin_rule(numeric), now);
  if (!channel->key.empty() && !channel->key_tried) {
    channel->due = now;  // somebody asked for it without the key that we know
    return "; will try again with the key";
  }
  const auto* const lacking = channel->key.empty()
                                  ? "; its key is missing (\"#channel key\" under channels)"
                                  : "; its key has changed (\"#channel key\" under channels)";
  return lacking + try_again(*channel, rejoin_rule(numeric), now);
}

void Channels::invited(const Isupport& isupport, std::string_view name, Time now) {
  Channel* const channel = find(isupport, name);
  if (channel == nullptr || channel->in_since) return;
  const auto soonest = channel->asked ? std::max(now, *channel->asked + invite_pause) : now;
  channel->due = channel->due ? std::min(*channel->due, soonest) : soonest;
}

std::string Channels::try_again(Channel& channel, const RejoinRule& rule, Time now) {
  const auto in = channel.in_since ? now - *std::exchange(channel.in_since, std::nullopt) : Time{0};
  const auto delay = channel.backoff.next(rule, in);
  const auto why = *rule.why == '\0' ? std::string{} : std::string{"; "} + rule.why;
  channel.due.reset();
  if (rule.never()) return why + "; will try again after a reconnect";
  channel.due = now + delay;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(delay).count();
  return why + "; will try again in " + std::to_string(seconds) + " s";
}

void Channels::disconnected() {
  for (auto& channel : wanted_) {
    channel.due.reset();
    channel.in_since.reset();
    channel.asked.reset();
    channel.key_tried = false;
    channel.backoff = {};
  }
  keys_.clear();
}

std::vector<std::string> Channels::due_joins(Time now, std::size_t at_once) {
  std::vector<Channel*> due;
  const auto collect = [&](bool keyed) {
    for (auto& channel : wanted_)
      if (channel.due && *channel.due <= now && channel.key.empty() != keyed)
        due.push_back(&channel);
  };
  collect(true);  // the keys of a JOIN belong to its first channels
  collect(false);

  std::vector<Join> joins;
  for (Channel* const channel : due) {
    channel->due.reset();
    channel->asked = now;
    channel->key_tried = !channel->key.empty();
    if (joins.empty() || joins.back().count >= at_once ||
        !joins.back().has_room_for(channel->name, channel->key)) {
      joins.emplace_back();
    }
    joins.back().add(channel->name, channel->key);
  }
  std::vector<std::string> lines;
  lines.reserve(joins.size());
  for (const Join& join : joins) lines.push_back(join.line());
  return lines;
}

std::optional<Time> Channels::next_due() const {
  std::optional<Time> next;
  for (const auto& channel : wanted_) {
    if (channel.due && (!next || *channel.due < *next)) next = channel.due;
  }
  return next;
}

}  // namespace tubes::irc
