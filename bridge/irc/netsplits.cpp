#include <utility>

#include <tubes/bridge/irc/netsplits.hpp>

namespace tubes::irc {
namespace {

constexpr std::string_view split = "netsplit", rejoin = "netjoin";

/// The innermost batch around the line that is a netsplit or netjoin, or null.
const Batch* split_around(const Batches& batches, const Line& line) {
  const Batch* batch = batches.of(line);
  while (batch != nullptr && batch->type() != split && batch->type() != rejoin) {
    batch = batches.around(*batch);
  }
  return batch;
}

template <class Event>
Message event_of(std::vector<std::string> servers, std::vector<std::string> nicks) {
  return Event{std::move(servers), std::move(nicks), ""};
}

}  // namespace

std::string_view netsplit_kind(const Batches& batches, const Line& line) {
  const Batch* const batch = split_around(batches, line);
  if (batch == nullptr) return {};
  return batch->type() == split ? split : rejoin;
}

bool Netsplits::hear(const Batches& batches, const Line& line) {
  if (line.tags.empty() || (line.command != "QUIT" && line.command != "JOIN")) return true;
  const Batch* const batch = split_around(batches, line);
  if (batch == nullptr || (line.command == "QUIT") != (batch->type() == split)) return true;
  auto& nicks = nicks_[batch->reference];
  auto nick = encoding_.to_utf8(line.nick());
  if (nick.empty() || nicks.known.contains(nick)) return true;
  if (held_ + nick.size() > limit) return std::exchange(full_, true);
  held_ += nick.size();
  nicks.bytes += nick.size();
  nicks.known.insert(nick);
  nicks.in_order.push_back(std::move(nick));
  return true;
}

std::optional<Message> Netsplits::finish(const Batch& batch) {
  auto collected = nicks_.extract(batch.reference);
  auto nicks = collected.empty() ? Nicks{} : std::move(collected.mapped());
  held_ -= nicks.bytes;
  full_ = false;
  if (batch.type() != split && batch.type() != rejoin) return std::nullopt;
  std::vector<std::string> servers;
  for (std::size_t i = 2; i < batch.opening.params.size(); ++i) {
    servers.push_back(encoding_.to_utf8(batch.opening.params[i]));
  }
  return batch.type() == split
             ? event_of<in::Netsplit>(std::move(servers), std::move(nicks.in_order))
             : event_of<in::Netjoin>(std::move(servers), std::move(nicks.in_order));
}

void Netsplits::clear() {
  nicks_.clear();
  held_ = 0;
  full_ = false;
}

}  // namespace tubes::irc
