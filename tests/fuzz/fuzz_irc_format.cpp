#include <cctype>
#include <map>
#include <string>
#include <vector>

#include <tubes/bridge/irc/allowed.hpp>
#include <tubes/bridge/irc/line.hpp>
#include <tubes/bridge/irc/session.hpp>
#include <tubes/bridge/irc/text.hpp>
#include <tubes/bus/error.hpp>

#include "fuzz.hpp"

// What leaves for a server: a command with its fields, a line that came over the bus, and what is
// said. Each is refused whole, or leaves as well-formed lines that say just that.
namespace tubes::fuzz {
namespace {

using namespace irc;

constexpr std::string_view breaks{"\r\n\0", 3};
constexpr std::size_t most_params = 15;  // RFC 2812 2.3

bool is_one_line(std::string_view bytes, std::size_t limit) {
  return bytes.size() <= limit && bytes.ends_with("\r\n") &&
         bytes.find_first_of(breaks) == bytes.size() - 2;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

bool is_middle(std::string_view text) {
  return !text.empty() && text.front() != ':' &&
         text.find_first_of(std::string_view{"\r\n\0 ", 4}) == text.npos;
}

/// What the action gives; nothing if it refuses.
template <class Action>
auto unless_refused(Action action) -> std::optional<decltype(action())> try {
  return action();
} catch (const Error& error) {
  require(error.code() == ErrorCode::refused || error.code() == ErrorCode::outbox_full,
          "only an Error that says so", error.what());
  return std::nullopt;
}

// --- a command and its fields

struct Fields {
  std::string command;
  std::vector<std::string_view> middle;
  std::optional<std::string_view> trailing;
};

Fields fields(Choices& choices) {
  Fields fields;
  fields.command = choices.bytes(choices.below(12));
  for (auto left = choices.below(18); left > 0; --left)
    fields.middle.push_back(choices.bytes(choices.below(64)));
  if (choices.below(2) == 1) fields.trailing = choices.text();
  return fields;
}

/// RFC 2812 2.3.1, written apart from the bridge's; nothing for what fits no line.
std::optional<std::string> as_line(const Fields& fields, std::size_t limit) {
  const auto params = fields.middle.size() + (fields.trailing ? 1 : 0);
  if (!is_word(fields.command) || params > most_params) return std::nullopt;
  std::string line = fields.command;
  for (const auto param : fields.middle) {
    if (!is_middle(param)) return std::nullopt;
    line += ' ' + std::string{param};
  }
  if (fields.trailing) line += " :" + std::string{*fields.trailing};
  line += "\r\n";
  return is_one_line(line, limit) ? std::optional{line} : std::nullopt;
}

void require_reads_back(std::string_view written, std::string command,
                        const std::vector<std::string>& params) {
  for (char& c : command) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto read = parse_line(written.substr(0, written.size() - 2));
  require(read && read->command == command && read->params == params && read->tags.empty() &&
              read->prefix.empty(),
          "what is read is what went in", written);
}

void check_fields(Choices& choices) {
  constexpr std::size_t limits[] = {max_line, longest_line, 64, 2};
  const auto limit = limits[choices.below(4)];
  const auto all = fields(choices);
  const auto written =
      unless_refused([&] { return format_line(all.command, all.middle, all.trailing, limit); });
  require(written == as_line(all, limit), "a line that fits is written, no other",
          written.value_or("(refused)"));
  if (!written) return;
  std::vector<std::string> params{all.middle.begin(), all.middle.end()};
  if (all.trailing) params.emplace_back(*all.trailing);
  require_reads_back(*written, all.command, params);
}

// --- a line that came over the bus

bool is_permitted(std::string_view command) {
  static constexpr std::string_view permitted[] = {"JOIN",   "PART", "TOPIC", "MODE",    "KICK",
                                                   "INVITE", "NICK", "AWAY",  "PRIVMSG", "NOTICE",
                                                   "NAMES",  "WHO",  "WHOIS"};
  return std::ranges::find(permitted, command) != std::end(permitted);
}

void check_raw(std::string_view command) {
  const auto line = unless_refused([&] { return parse_allowed(command); });
  if (!line) return;
  require(is_permitted(line->command), "only what is permitted is let through", line->command);
  const auto written = unless_refused([&] { return format_line(*line); });
  if (!written) return;
  require(is_one_line(*written, max_line) && line->params.size() <= most_params,
          "a command is one line", *written);
  require_reads_back(*written, line->command, line->params);
}

// --- what is said

struct Server {
  std::size_t limit;
  bool utf8_only, shows_host;
};

/// Lets everything out at once.
SessionOptions options() {
  SessionOptions bot;
  bot.network = "net", bot.nick = "bot", bot.user = "u", bot.realname = "A Bot";
  bot.flood = {2'000, 1'000};
  return bot;
}

void let_in(Session& session, const Server& server) {
  session.connected({});
  session.bytes(
      {}, ":s 001 bot :Welcome\r\n:s 005 bot STATUSMSG=@ LINELEN=" + std::to_string(server.limit) +
              (server.utf8_only ? " UTF8ONLY" : "") + " :are supported\r\n:s 376 bot :End\r\n");
  if (server.shows_host) session.bytes({}, ":bot!u@h JOIN #here\r\n");
  session.take();
}

/// Without what may be dropped where a text is cut.
std::string skeleton(std::string_view text) {
  std::string left{text};
  std::erase_if(left, [](char c) { return c == ' ' || c == '\r' || c == '\n'; });
  return left;
}

/// The skeleton that each target is to hear.
std::map<std::string, std::string> expected(std::string_view to, std::string_view text) {
  std::map<std::string, std::string> heard;
  for (;;) {
    const auto comma = to.find(',');
    heard[skeleton(to.substr(0, comma))] += skeleton(text);
    if (comma == to.npos) return heard;
    to.remove_prefix(comma + 1);
  }
}

std::string_view unwrapped(std::string_view text) {
  constexpr std::string_view before =
      "\x01"
      "ACTION ";
  require(text.starts_with(before) && text.ends_with('\x01') && text.size() > before.size() + 1,
          "each part of an action is one", text);
  return text.substr(before.size(), text.size() - before.size() - 1);
}

/// What each target hears of these lines.
std::map<std::string, std::string> heard(std::string_view bytes, const Server& server, bool action,
                                         bool utf8) {
  const std::size_t prefix = server.shows_host ? 9 : 81;  // ":nick!user@host " at its longest
  std::map<std::string, std::string> heard;
  while (!bytes.empty()) {
    const auto line = bytes.substr(0, bytes.find('\n') + 1);
    bytes.remove_prefix(line.size());
    require(is_one_line(line, server.limit - prefix), "a line fits with our prefix", line);
    require(!utf8 || is_utf8(line), "no character is torn", line);
    const auto read = parse_line(line.substr(0, line.size() - 2));
    require(read && read->command == "PRIVMSG" && read->params.size() == 2 &&
                is_middle(read->params[0]),
            "speech has a target and a text", line);
    const auto text = action ? unwrapped(read->params[1]) : std::string_view{read->params[1]};
    require(!text.empty() && text.find('\x01') == text.npos, "no CTCP gets out", line);
    heard[read->params[0]] += skeleton(text);
  }
  return heard;
}

void check_speech(Choices& choices) {
  const auto kind = choices.byte();
  const bool action = kind % 2 == 1;
  const Server server{kind % 3 == 0 ? longest_line : max_line, (kind & 4) != 0, (kind & 8) != 0};
  std::string to{choices.bytes(choices.below(64))}, text{choices.text()};
  for (auto times = choices.below(32); times > 1; --times) text += choices.text();
  Session session{options()};
  let_in(session, server);
  const auto said = unless_refused([&] {
    session.perform({}, action ? irc::action(to, text) : irc::say(to, text));
    return true;
  });
  const auto bytes = session.take().bytes;
  if (!said) return require(bytes.empty(), "what is refused is refused whole", bytes);
  const bool utf8 = server.utf8_only || (is_utf8(to) && is_utf8(text));
  if (server.utf8_only) to = to_utf8(to), text = to_utf8(text);
  require(heard(bytes, server, action, utf8) == expected(to, text), "all of it is said", bytes);
}

}  // namespace
}  // namespace tubes::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tubes::fuzz;
  Choices choices(data, size);
  switch (choices.below(3)) {
    case 0:
      check_fields(choices);
      break;
    case 1:
      check_raw(choices.rest());
      break;
    default:
      check_speech(choices);
  }
  return 0;
}
