#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <tubes/bridge/irc/formatting.hpp>
#include <tubes/bridge/irc/strip.hpp>

namespace tubes::irc {
namespace {

/// A command whose last parameter is a text of somebody's, if it has as many as this.
struct Text {
  std::string_view command;
  std::size_t params;
};

constexpr std::array<Text, 8> texts{{{"PRIVMSG", 2},
                                     {"NOTICE", 2},
                                     {"TOPIC", 2},
                                     {"PART", 2},
                                     {"KICK", 3},
                                     {"QUIT", 1},
                                     {"AWAY", 1},
                                     {"SETNAME", 1}}};

bool has_text(const Line& line) {
  return std::ranges::any_of(texts, [&](const Text& text) {
    return text.command == line.command && line.params.size() >= text.params;
  });
}

}  // namespace

void StripFormatting::apply(const Isupport& isupport, Line& line) const {
  if ((!everywhere && channels.empty()) || !has_text(line)) return;
  const auto channel = isupport.channel_of(line.param(0));
  const bool here = everywhere || std::ranges::any_of(channels, [&](const std::string& one) {
                      return isupport.same(one, channel);
                    });
  if (!here) return;
  auto& text = line.params.back();
  auto plain = without_formatting(text);
  const bool becomes_ctcp = plain.starts_with('\x01') && !text.starts_with('\x01');
  if (!becomes_ctcp) text = std::move(plain);
}

}  // namespace tubes::irc
