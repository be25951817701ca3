#include <algorithm>
#include <utility>

#include <tubes/bridge/irc/split.hpp>

namespace tubes::irc {
namespace {

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Where to cut a text that is longer than `room` so that no character is torn.
std::size_t character_cut(std::string_view text, std::size_t room) {
  std::size_t cut = room;
  while (cut > 0 && continues(text[cut])) --cut;
  return cut > 0 ? cut : room;
}

/// Takes one part off the line's front.
std::string_view take_part(std::string_view& line, std::size_t room) {
  if (line.size() <= room) return std::exchange(line, {});
  const auto space = line.rfind(' ', room);
  if (space != line.npos && space > 0) {
    const auto part = line.substr(0, space);
    line.remove_prefix(space + 1);
    return part;
  }
  const auto part = line.substr(0, character_cut(line, room));
  line.remove_prefix(part.size());
  return part;
}

}  // namespace

std::size_t text_room(std::size_t prefix_bytes, std::string_view command, std::string_view target,
                      std::size_t limit) noexcept {
  const std::size_t around = std::string_view{":  "}.size() + prefix_bytes + command.size() +
                             target.size() + std::string_view{" :\r\n"}.size();
  return around < limit ? limit - around : 0;
}

std::vector<std::string_view> split_text(std::string_view text, std::size_t room,
                                         std::size_t most) {
  std::vector<std::string_view> parts;
  while (!text.empty() && parts.size() < most) {
    auto line = text.substr(0, text.find_first_of("\r\n"));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    while (!line.empty() && parts.size() < most) {
      const auto part = take_part(line, room);
      if (!part.empty()) parts.push_back(part);
    }
  }
  return parts;
}

}  // namespace tubes::irc
