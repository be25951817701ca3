#include <array>
#include <string_view>
#include <utility>

#include <tubes/bridge/irc/standard_reply.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

using Kind = StandardReply::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 3> kinds{
    {{"FAIL", Kind::fail}, {"WARN", Kind::warn}, {"NOTE", Kind::note}}};

std::string_view word(Kind kind) {
  for (const auto& [name, one] : kinds)
    if (one == kind) return name;
  return {};
}

}  // namespace

std::optional<StandardReply> standard_reply(const Line& line) {
  for (const auto& [name, kind] : kinds) {
    if (name != line.command || line.params.size() < 3) continue;
    StandardReply reply{kind, std::string{line.param(0)}, line.params[1], {}, line.params.back()};
    if (reply.command == "*") reply.command.clear();
    reply.context.assign(line.params.begin() + 2, line.params.end() - 1);
    return reply;
  }
  return std::nullopt;
}

std::string described(const StandardReply& reply) {
  std::string text{word(reply.kind)};
  if (!reply.command.empty()) text.append(" ").append(reply.command);
  text.append(" ").append(reply.code);
  for (const auto& one : reply.context) text.append(" ").append(one);
  return printable(text.append(": ").append(reply.description));
}

}  // namespace tubes::irc
