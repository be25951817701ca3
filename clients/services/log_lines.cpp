#include <cstdio>
#include <utility>
#include <variant>

#include <tubes/clients/services/log_lines.hpp>

namespace tubes::services {
namespace {

std::string because(const std::string& reason) {
  return reason.empty() ? "" : " (" + reason + ")";
}

/// What the bot itself said has its line already: as what it was told to say, on topic `out`.
template <class Spoken>
LogLine spoken(const Spoken& message, std::string text) {
  if (message.self) return {};
  return {message.network, message.channel, std::move(text)};
}

template <class... Case>
struct Cases : Case... {
  using Case::operator()...;
};
template <class... Case>
Cases(Case...) -> Cases<Case...>;

/// "a and b", of a netsplit's two.
std::string both(const std::vector<std::string>& servers) {
  std::string text;
  for (const auto& server : servers) text.append(text.empty() ? "" : " and ").append(server);
  return text;
}

const auto lines = Cases{
    [](const in::Privmsg& m) -> LogLine { return spoken(m, "<" + m.sender + "> " + m.message); },
    [](const in::Action& m) -> LogLine { return spoken(m, "* " + m.sender + " " + m.message); },
    [](const in::Notice& m) -> LogLine { return spoken(m, "-" + m.sender + "- " + m.message); },
    [](const in::Join& m) -> LogLine { return {m.network, m.channel, "--> " + m.sender}; },
    [](const in::Part& m) -> LogLine {
      return {m.network, m.channel, "<-- " + m.sender + because(m.message)};
    },
    [](const in::Quit& m) -> LogLine {
      return {m.network, "", "<-- " + m.sender + " quit" + because(m.message)};
    },
    [](const in::Topic& m) -> LogLine {
      return {m.network, m.channel, "--- " + m.sender + " set the topic: " + m.topic};
    },
    [](const in::Kick& m) -> LogLine {
      return {m.network, m.channel,
              "<-- " + m.nick + " kicked by " + m.sender + because(m.message)};
    },
    [](const in::Nick& m) -> LogLine {
      return {m.network, "", "--- " + m.sender + " is now " + m.nick};
    },
    [](const in::Mode& m) -> LogLine {
      auto text = "--- " + m.sender + " set " + m.mode;
      for (const auto& argument : m.arguments) text += " " + argument;
      return {m.network, m.channel, text};
    },
    [](const in::Connected& m) -> LogLine { return {m.network, "", "--- connected as " + m.nick}; },
    [](const in::Disconnected& m) -> LogLine {
      return {m.network, "", "--- disconnected: " + m.reason};
    },
    [](const in::Account& m) -> LogLine {
      return {m.network, "",
              "--- " + m.sender +
                  (m.services_account.empty() ? " is logged out"
                                              : " is logged in as " + m.services_account)};
    },
    [](const in::Away& m) -> LogLine {
      return {m.network, "",
              "--- " + m.sender + (m.message.empty() ? " is back" : " is away: " + m.message)};
    },
    [](const in::Setname& m) -> LogLine {
      return {m.network, "", "--- " + m.sender + " has the real name " + m.realname};
    },
    [](const in::Chghost& m) -> LogLine {
      return {m.network, "", "--- " + m.sender + " is now " + m.user + "@" + m.host};
    },
    [](const in::Netsplit& m) -> LogLine {
      return {
          m.network, "",
          "--- netsplit of " + both(m.servers) + ": " + std::to_string(m.nicks.size()) + " gone"};
    },
    [](const in::Netjoin& m) -> LogLine {
      return {m.network, "",
              "--- netsplit of " + both(m.servers) + " over: " + std::to_string(m.nicks.size()) +
                  " back"};
    },
    [](const out::Privmsg& m) -> LogLine { return {m.network, m.to, "<< " + m.message}; },
    [](const out::Action& m) -> LogLine { return {m.network, m.to, "<< * " + m.message}; },
    [](const auto&) -> LogLine { return {}; }};

/// No control characters, those of U+0080 to U+009F too: a line stays one, and a terminal that
/// shows it as it was.
std::string on_one_line(std::string text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if ((byte < 0x20 && byte != '\t') || byte == 0x7F) text[i] = ' ';
    if (byte == 0xC2 && next >= 0x80 && next < 0xA0) text.replace(i, 2, "  ");
  }
  return text;
}

}  // namespace

LogLine log_line(const Message& message) {
  auto line = std::visit(lines, message);
  line.text = on_one_line(std::move(line.text));
  return line;
}

std::string file_name(std::string_view name) {
  constexpr std::string_view harmless = "abcdefghijklmnopqrstuvwxyz0123456789#&+_-";
  std::string file;
  for (const char c : name.substr(0, 80)) {
    const auto small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    char escaped[4];
    std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned char>(c));
    harmless.find(small) != harmless.npos ? file.append(1, small) : file.append(escaped);
  }
  return file;
}

}  // namespace tubes::services
