#include <algorithm>
#include <cctype>

#include <tubes/bridge/irc/line.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

/// Takes the text up to the next space, and the spaces behind it.
std::string_view take_word(std::string_view& rest) {
  const auto word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return word;
}

bool is_alphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

[[noreturn]] void refuse_field(const std::string& what) {
  throw Error(ErrorCode::refused, "cannot send this IRC line: " + what);
}

void require_one_line(std::string_view field, const std::string& which) {
  const auto at = field.find_first_of(std::string_view{"\r\n\0", 3});
  if (at == field.npos) return;
  const char* const found = field[at] == '\r' ? "CR" : field[at] == '\n' ? "LF" : "NUL";
  refuse_field(which + " holds " + found + " at byte " + std::to_string(at));
}

void require_command(std::string_view command) {
  if (command.empty() || !std::all_of(command.begin(), command.end(), is_alphanumeric)) {
    refuse_field("the command is not a word of letters or digits");
  }
}

void require_middle(std::string_view param, std::size_t index) {
  const auto which = "parameter " + std::to_string(index + 1);
  require_one_line(param, which);
  if (param.empty()) refuse_field(which + " is empty");
  if (param.find(' ') != param.npos) refuse_field(which + " has a space");
  if (param.front() == ':') refuse_field(which + " starts with ':'");
}

void require_count(std::size_t params) {
  if (params <= max_params) return;
  refuse_field("it has " + std::to_string(params) + " parameters, the limit is " +
               std::to_string(max_params));
}

bool needs_colon(std::string_view param) {
  return param.empty() || param.front() == ':' || param.find(' ') != param.npos;
}

/// IRCv3: message tags, "Escaping values".
std::string unescaped(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\') {
      text += value[i];
      continue;
    }
    if (++i == value.size()) break;
    switch (value[i]) {
      case ':':
        text += ';';
        break;
      case 's':
        text += ' ';
        break;
      case 'r':
        text += '\r';
        break;
      case 'n':
        text += '\n';
        break;
      default:
        text += value[i];
    }
  }
  return text;
}

}  // namespace

/// IRCv3: message tags, "Rules for message-tags": of a key that is there twice the last counts.
std::optional<std::string> Line::tag(std::string_view key) const {
  std::optional<std::string> value;
  for (std::string_view rest = tags; !rest.empty();) {
    const auto one = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    const auto equals = std::min(one.find('='), one.size());
    if (one.substr(0, equals) == key)
      value = unescaped(one.substr(std::min(equals + 1, one.size())));
  }
  return value;
}

std::string_view Line::nick() const noexcept {
  const std::string_view all = prefix;
  return all.substr(0, all.find_first_of("!@"));
}

std::string_view Line::param(std::size_t index) const noexcept {
  return index < params.size() ? std::string_view{params[index]} : std::string_view{};
}

int Line::numeric() const noexcept {
  const bool digits =
      command.size() == 3 &&
      std::all_of(command.begin(), command.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return 0;
  return (command[0] - '0') * 100 + (command[1] - '0') * 10 + (command[2] - '0');
}

std::optional<Line> parse_line(std::string_view text) {
  Line line;
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  if (text.starts_with('@')) line.tags = take_word(text).substr(1);
  if (text.starts_with(':')) line.prefix = take_word(text).substr(1);
  line.command = take_word(text);
  if (line.command.empty()) return std::nullopt;
  for (char& c : line.command) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  while (!text.empty() && text.front() != ':') line.params.emplace_back(take_word(text));
  if (!text.empty()) line.params.emplace_back(text.substr(1));
  return line;
}

std::string format_line(std::string_view command, const std::vector<std::string_view>& middle,
                        std::optional<std::string_view> trailing, std::size_t limit) {
  require_command(command);
  require_count(middle.size() + (trailing ? 1 : 0));
  std::string text{command};
  for (std::size_t i = 0; i < middle.size(); ++i) {
    require_middle(middle[i], i);
    text.append(" ").append(middle[i]);
  }
  if (trailing) {
    require_one_line(*trailing, "the text");
    text.append(" :").append(*trailing);
  }
  text += "\r\n";
  if (text.size() > limit) {
    refuse_field("it has " + std::to_string(text.size()) + " bytes, the limit is " +
                 std::to_string(limit));
  }
  return text;
}

std::string format_line(const Line& line, std::size_t limit) {
  std::vector<std::string_view> middle{line.params.begin(), line.params.end()};
  std::optional<std::string_view> trailing;
  if (!middle.empty() && needs_colon(middle.back())) {
    trailing = middle.back();
    middle.pop_back();
  }
  return format_line(line.command, middle, trailing, limit);
}

}  // namespace tubes::irc
