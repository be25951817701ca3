#include <algorithm>
#include <charconv>
#include <iterator>

#include <tubes/bridge/irc/isupport.hpp>

namespace tubes::irc {
namespace {

/// Whatever the server says, a JOIN must fit its line.
constexpr std::size_t longest_channel = 400;

std::optional<std::size_t> positive(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
  return value;
}

/// The symbols of "(ov)@+".
std::string_view symbols(std::string_view value) {
  const auto close = value.find(')');
  return close == value.npos ? std::string_view{} : value.substr(close + 1);
}

/// The letters of "(ov)@+".
std::string_view letters(std::string_view value) {
  const auto close = value.find(')');
  return value.starts_with('(') && close != value.npos ? value.substr(1, close - 1)
                                                       : std::string_view{};
}

/// One of the lists of CHANMODES's "beI,k,l,imnpst".
std::string_view list_of_modes(std::string_view value, std::size_t index) {
  for (; index > 0; --index) value.remove_prefix(std::min(value.find(','), value.size() - 1) + 1);
  return value.substr(0, value.find(','));
}

/// Those of RFC 2811 2.1; with any other, such as ':', a name might fit no JOIN.
std::string known_types(std::string_view value) {
  std::string types;
  std::copy_if(value.begin(), value.end(), std::back_inserter(types),
               [](char c) { return std::string_view{"#&+!"}.find(c) != std::string_view::npos; });
  return types;
}

/// With ':' a target would be no parameter of its own.
std::string known_statuses(std::string_view value) {
  std::string statuses{value};
  std::erase(statuses, ':');
  return statuses;
}

/// What TARGMAX's "NAMES:1,JOIN:4,KICK:" says of a command: no number is no limit.
std::size_t most_targets(std::string_view list, std::string_view command) {
  while (!list.empty()) {
    const auto one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(one.size() + 1, list.size()));
    const auto colon = std::min(one.find(':'), one.size());
    if (one.substr(0, colon) != command) continue;
    return positive(one.substr(std::min(colon + 1, one.size()))).value_or(list.npos);
  }
  return list.npos;
}

char mode_letter(std::string_view value) {
  const bool letter = value.size() == 1 && ((value[0] >= 'a' && value[0] <= 'z') ||
                                            (value[0] >= 'A' && value[0] <= 'Z'));
  return letter ? value[0] : '\0';
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == 0x7F;
}

bool in_nick(char c) {
  const auto byte = static_cast<unsigned char>(c);
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || byte >= 0x80 ||
         std::string_view{"-_[]\\`^{}|~"}.find(c) != std::string_view::npos;
}

}  // namespace

void Isupport::learn(const Line& line) {
  // The first parameter is our nick, the last one says "are supported by this server".
  for (std::size_t i = 1; i + 1 < line.params.size(); ++i) {
    const std::string_view token = line.params[i];
    const auto equals = token.find('=');
    if (token.substr(0, equals) == "MONITOR") monitor = token != "MONITOR=0";
    if (equals != token.npos) learn(token.substr(0, equals), token.substr(equals + 1));
    if (token == "UTF8ONLY") utf8_only = true;
  }
}

void Isupport::learn(std::string_view name, std::string_view value) {
  if (name == "CASEMAPPING") casemap = casemap_named(value);
  if (name == "NICKLEN") nick_length = positive(value);
  if (name == "CHANNELLEN") {
    channel_length = std::min(positive(value).value_or(channel_length), longest_channel);
  }
  if (name == "CHANTYPES") channel_types = known_types(value);
  if (name == "PREFIX") {
    prefixes = symbols(value);
    status_modes_ = letters(value);
  }
  if (name == "CHANMODES") {
    parameter_modes_ = std::string{list_of_modes(value, 0)}.append(list_of_modes(value, 1));
    set_parameter_modes_ = list_of_modes(value, 2);
  }
  if (name == "MODES") modes_at_once = positive(value).value_or(std::string::npos);
  if (name == "NETWORK") network = value;
  if (name == "STATUSMSG") statuses = known_statuses(value);
  if (name == "LINELEN") {
    line_length = std::clamp(positive(value).value_or(max_line), max_line, longest_line);
  }
  if (name == "TARGMAX") joins_at_once = most_targets(value, "JOIN");
  if (name == "BOT") bot_mode = mode_letter(value);
}

bool Isupport::takes_parameter(char mode, bool set) const noexcept {
  const auto among = [mode](const std::string& modes) { return modes.find(mode) != modes.npos; };
  return among(status_modes_) || among(parameter_modes_) || (set && among(set_parameter_modes_));
}

bool Isupport::is_channel(std::string_view text) const noexcept {
  return text.size() > 1 && text.size() <= channel_length && text.front() != ':' &&
         channel_types.find(text.front()) != channel_types.npos &&
         std::none_of(text.begin(), text.end(), [](char c) { return is_control(c) || c == ','; });
}

bool Isupport::is_status_channel(std::string_view text) const noexcept {
  return !text.empty() && statuses.find(text.front()) != statuses.npos &&
         is_channel(text.substr(1));
}

std::string_view Isupport::channel_of(std::string_view target) const noexcept {
  if (is_channel(target)) return target;
  if (is_status_channel(target)) return target.substr(1);
  target.remove_prefix(std::min(target.find_first_not_of(prefixes), target.size()));
  return is_channel(target) ? target : std::string_view{};
}

bool Isupport::is_nick(std::string_view text) const noexcept {
  if (text.empty() || text.size() > nick_length.value_or(max_line)) return false;
  const bool starts_well = text.front() != '-' && !(text.front() >= '0' && text.front() <= '9');
  return starts_well && std::all_of(text.begin(), text.end(), in_nick);
}

}  // namespace tubes::irc
