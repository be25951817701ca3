#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <utility>

#include <tubes/bus/engine/members.hpp>
#include <tubes/bus/engine/own_topics.hpp>
#include <tubes/bus/peer_stats.hpp>

namespace tubes {
namespace {

template <class Half>
using Count = std::pair<std::string_view, std::uint64_t Half::*>;

constexpr std::array<Count<Sent>, 7> sent_counts{{{"published", &Sent::published},
                                                  {"accepted", &Sent::accepted},
                                                  {"waiting", &Sent::waiting},
                                                  {"unconfirmed", &Sent::unconfirmed},
                                                  {"expired", &Sent::expired},
                                                  {"discarded", &Sent::discarded},
                                                  {"rejected", &Sent::rejected}}};
constexpr std::array<Count<Received>, 6> received_counts{{{"received", &Received::received},
                                                          {"delivered", &Received::delivered},
                                                          {"waiting", &Received::waiting},
                                                          {"overflowed", &Received::overflowed},
                                                          {"unsubscribed", &Received::unsubscribed},
                                                          {"discarded", &Received::discarded}}};

constexpr std::size_t longest_answer = 4'096;

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void append(std::string& text, std::string_view key, std::uint64_t number) {
  text.append(text.back() == '{' ? "\"" : ",\"").append(key).append("\":");
  text.append(std::to_string(number));
}

template <class Half, std::size_t size>
void append(std::string& text, std::string_view key, const Half& half,
            const std::array<Count<Half>, size>& counts) {
  text.append(",\"").append(key).append("\":{");
  for (const auto& [name, member] : counts) append(text, name, half.*member);
  text += '}';
}

/// Everything comes from strangers: a number that is no duration is cut to one.
Milliseconds duration(std::uint64_t number) {
  constexpr auto longest = std::numeric_limits<std::int32_t>::max() * std::int64_t{1'000};
  return Milliseconds(std::min<std::uint64_t>(number, longest));
}

/// The members as they come.
struct DraftPeer {
  PeerStats peer;
  std::uint64_t version = 0;

  void take(std::string_view group, std::string_view key, const Member& value) {
    if (const auto* number = std::get_if<std::uint64_t>(&value)) take_number(group, key, *number);
    if (!group.empty()) return;
    if (const auto* text = std::get_if<std::string_view>(&value)) take_text(key, *text);
    const auto* flag = std::get_if<bool>(&value);
    if (flag != nullptr && key == "connected") peer.stats.connected = *flag;
  }

  void take_text(std::string_view key, std::string_view text) {
    if (key == "id") peer.id = text;
    if (key == "name") peer.name = plain_name(text);
  }

  void take_number(std::string_view group, std::string_view key, std::uint64_t number) {
    if (group == "sent") return set(peer.stats.sent, sent_counts, key, number);
    if (group == "received") return set(peer.stats.received, received_counts, key, number);
    if (!group.empty()) return;
    if (key == "v") version = number;
    if (key == "uptime_ms") peer.uptime = duration(number);
    if (key == "connected_ms") peer.connected_for = duration(number);
    if (key == "handlers_failed") peer.stats.handlers_failed = number;
    if (key == "events_dropped") peer.stats.events_dropped = number;
  }

  template <class Half, std::size_t size>
  static void set(Half& half, const std::array<Count<Half>, size>& counts, std::string_view key,
                  std::uint64_t number) {
    for (const auto& [name, member] : counts)
      if (name == key) half.*member = number;
  }
};

}  // namespace

std::string to_text(const PeerStats& peer) {
  std::string text = R"({"v":1,"id":")" + peer.id + R"(","name":")" + plain_name(peer.name) +
                     R"(","connected":)" + (peer.stats.connected ? "true" : "false");
  append(text, "uptime_ms", static_cast<std::uint64_t>(peer.uptime.count()));
  append(text, "connected_ms", static_cast<std::uint64_t>(peer.connected_for.count()));
  append(text, "sent", peer.stats.sent, sent_counts);
  append(text, "received", peer.stats.received, received_counts);
  append(text, "handlers_failed", peer.stats.handlers_failed);
  append(text, "events_dropped", peer.stats.events_dropped);
  return text += '}';
}

std::optional<PeerStats> parse_peer_stats(std::string_view text) {
  if (text.size() > longest_answer) return std::nullopt;
  DraftPeer draft;
  const bool read = read_members(
      text, [&](auto group, auto key, const Member& value) { draft.take(group, key, value); });
  if (!read || draft.version != 1 || !is_id(draft.peer.id)) return std::nullopt;
  return std::move(draft.peer);
}

std::string plain_name(std::string_view name) {
  std::string plain(name.substr(0, PeerStats::longest_name));
  std::ranges::replace_if(plain, [](char c) { return !is_plain(c); }, '?');
  return plain;
}

std::string program_name() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error).filename().string();
  const auto process = std::filesystem::read_symlink("/proc/self", error).string();
  return plain_name(program.empty() ? "unknown" : program) + " " + process;
}

}  // namespace tubes
