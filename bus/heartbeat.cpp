#include <algorithm>

#include <tubes/bus/engine/members.hpp>
#include <tubes/bus/heartbeat.hpp>
#include <tubes/bus/topic.hpp>

namespace tubes {
namespace {

bool is_publisher(std::string_view text) {
  return !text.empty() && text.size() <= Heartbeat::longest_publisher &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

/// The members as they come.
struct DraftHeartbeat {
  Heartbeat heartbeat;
  std::uint64_t version = 0;
  bool valid = true;

  void take(std::string_view group, std::string_view key, const Member& value) {
    if (group == "last")
      take_last(key, value);
    else if (group.empty() && key == "v")
      set(version, value);
    else if (group.empty() && key == "final")
      set(heartbeat.final, value);
    else if (group.empty() && key == "publisher")
      set(heartbeat.publisher, value);
  }

  void take_last(std::string_view topic, const Member& value) {
    valid = valid && is_topic(topic);
    if (valid) set(heartbeat.last[std::string(topic)], value);
  }

  void set(std::uint64_t& to, const Member& value) { copy<std::uint64_t>(to, value); }
  void set(bool& to, const Member& value) { copy<bool>(to, value); }
  void set(std::string& to, const Member& value) { copy<std::string_view>(to, value); }

  template <class Type, class Target>
  void copy(Target& to, const Member& value) {
    if (const auto* found = std::get_if<Type>(&value))
      to = *found;
    else
      valid = false;
  }
};

}  // namespace

std::string to_text(const Heartbeat& heartbeat) {
  std::string text = R"({"v":1,"publisher":")" + heartbeat.publisher + R"(","final":)" +
                     (heartbeat.final ? "true" : "false") + R"(,"last":{)";
  const char* separator = "\"";
  for (const auto& [topic, number] : heartbeat.last) {
    text.append(separator).append(topic).append("\":").append(std::to_string(number));
    separator = ",\"";
  }
  return text.append("}}");
}

std::optional<Heartbeat> parse_heartbeat(std::string_view text) {
  if (text.size() > Heartbeat::longest_text) return std::nullopt;
  DraftHeartbeat draft;
  const bool read = read_members(
      text, [&](auto group, auto key, const Member& value) { draft.take(group, key, value); });
  if (!read || !draft.valid || draft.version != 1) return std::nullopt;
  if (!is_publisher(draft.heartbeat.publisher)) return std::nullopt;
  return std::move(draft.heartbeat);
}

}  // namespace tubes
