#include <algorithm>
#include <string_view>
#include <utility>

#include <tubes/bridge/irc/allowed.hpp>
#include <tubes/bridge/irc/modes.hpp>
#include <tubes/bridge/irc/speech.hpp>
#include <tubes/bridge/irc/split.hpp>
#include <tubes/bridge/irc/targets.hpp>
#include <tubes/bridge/irc/text.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

[[noreturn]] void refuse_speech(const std::string& why) {
  throw Error(ErrorCode::refused, why);
}

/// A text, and what stands around each line of it.
struct Saying {
  std::string_view command, before, after;
  std::string to, text;
};

[[noreturn]] void too_long(std::size_t most) {
  refuse_speech("too much at once: it takes more than " + std::to_string(most) + " lines");
}

void require_plain(std::string_view text) {
  if (text.find('\x01') != text.npos) {
    refuse_speech("the text holds the byte 0x01 of CTCP; use privmsg_action for an ACTION");
  }
  if (text.find('\0') != text.npos) refuse_speech("the text holds NUL");
}

/// Refuses what must be more than `most` lines before any work is done on it: no line says more
/// than line_length bytes of the text.
void require_moderate(const Saying& saying, std::size_t line_length, std::size_t most) {
  const auto commas = static_cast<std::size_t>(std::count(saying.to.begin(), saying.to.end(), ','));
  if (commas < most && (commas + 1) * saying.text.size() <= most * line_length) return;
  too_long(most);
}

void convert_where_needed(const Isupport& isupport, std::string& text) {
  if (isupport.utf8_only && !is_utf8(text)) text = to_utf8(text);
}

Speech say_it(Saying saying, const Isupport& isupport, std::size_t prefix_bytes, std::size_t most) {
  require_plain(saying.text);
  require_moderate(saying, isupport.line_length, most);
  convert_where_needed(isupport, saying.to);
  convert_where_needed(isupport, saying.text);
  const auto wrapping = saying.before.size() + saying.after.size();
  Speech speech;
  std::size_t count = 0;
  for (const auto target : split_targets(isupport, saying.to)) {
    const auto room = text_room(prefix_bytes, saying.command, target, isupport.line_length);
    if (room <= wrapping) refuse_speech("to: the target leaves no room for a text");
    auto& lines = speech.parts.emplace_back(Speech::Part{std::string{target}, {}}).lines;
    for (const auto part : split_text(saying.text, room - wrapping, most + 1)) {
      const auto wrapped = std::string{saying.before}.append(part).append(saying.after);
      lines.push_back(format_line(saying.command, {target}, wrapped, isupport.line_length));
    }
    if (lines.empty()) refuse_speech("the text is empty");
    count += lines.size();
    if (count > most) too_long(most);
  }
  return speech;
}

Speech raw_line(std::string command, const Isupport& isupport, std::size_t prefix_bytes,
                std::size_t most) {
  convert_where_needed(isupport, command);
  Line line = parse_allowed(command);
  if (line.command == "PRIVMSG" || line.command == "NOTICE") {
    // So that a long text is split, not cut by the server, and targets are checked.
    return say_it({line.command, "", "", std::string{line.param(0)}, std::string{line.param(1)}},
                  isupport, prefix_bytes, most);
  }
  Speech speech;
  auto& lines = speech.parts.emplace_back(Speech::Part{std::string{line.param(0)}, {}}).lines;
  for (const auto& one : split_modes(line, isupport)) {
    lines.push_back(format_line(one, isupport.line_length));
  }
  speech.raw = std::move(line);
  return speech;
}

}  // namespace

Speech speech_of(const Command& command, const Isupport& isupport, std::size_t prefix_bytes,
                 std::size_t most) {
  if (command.kind == Command::Kind::raw) {
    return raw_line(command.text, isupport, prefix_bytes, most);
  }
  if (command.kind == Command::Kind::say) {
    return say_it({"PRIVMSG", "", "", command.to, command.text}, isupport, prefix_bytes, most);
  }
  return say_it({"PRIVMSG",
                 "\x01"
                 "ACTION ",
                 "\x01", command.to, command.text},
                isupport, prefix_bytes, most);
}

}  // namespace tubes::irc
