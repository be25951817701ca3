#include <algorithm>
#include <string>
#include <unordered_map>
#include <variant>

#include <tubes/bridge/irc/directed.hpp>
#include <tubes/bridge/irc/events.hpp>
#include <tubes/bridge/irc/stamp.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

std::string sender(const Line& line) {
  return to_utf8(line.nick());
}
std::string text(const Line& line, std::size_t index) {
  return to_utf8(line.param(index));
}

/// The channel a message was for, without a STATUSMSG prefix ("@#channel"); "" if it was private.
std::string_view channel_of(std::string_view target, const Isupport& isupport) {
  if (isupport.is_channel(target)) return target;
  if (isupport.is_status_channel(target)) return target.substr(1);
  target.remove_prefix(std::min(target.find_first_not_of(isupport.prefixes), target.size()));
  return isupport.is_channel(target) ? target : std::string_view{};
}

/// IRCv3's bot mode, and what it was called before it was ratified.
bool is_bot(const Line& line) {
  return line.tag("bot") || line.tag("draft/bot") || line.tag("inspircd.org/bot");
}

/// IRCv3's account-tag.
std::string account_tag(const Line& line) {
  return to_utf8(line.tag("account").value_or(""));
}

/// IRCv3's extended-join: channel, account ("*" for none), realname.
std::string account_of_join(const Line& line) {
  if (line.params.size() < 3) return account_tag(line);
  return line.param(1) == "*" ? std::string{} : text(line, 1);
}

/// What Privmsg, Action and Notice share.
struct Spoken {
  std::string sender, channel, account;
  bool bot;
  bool in_private;

  Spoken(const Line& line, const Context& context)
      : sender(irc::sender(line)),
        channel(to_utf8(channel_of(line.param(0), context.isupport))),
        account(account_tag(line)),
        bot(is_bot(line)),
        in_private(channel.empty()) {
    if (in_private) channel = sender;
  }
};

std::vector<Message> privmsg(const Line& line, const Context& context) {
  const Spoken spoken{line, context};
  const auto raw = line.param(1);
  if (is_action(raw)) {
    return {in::Action{spoken.sender, spoken.channel, to_utf8(action_text(raw)), "", spoken.account,
                       spoken.bot}};
  }
  if (is_ctcp(raw)) return {};
  std::vector<Message> events{
      in::Privmsg{spoken.sender, spoken.channel, to_utf8(raw), "", spoken.account, spoken.bot}};
  if (!context.semantics) return events;
  const auto directed =
      directed_text(raw, context.own_nick, context.isupport.casemap, spoken.in_private);
  if (directed) {
    events.emplace_back(in::DirectedPrivmsg{spoken.sender, spoken.channel, to_utf8(*directed),
                                            to_utf8(raw), "", spoken.account, spoken.bot});
  }
  return events;
}

std::vector<Message> notice(const Line& line, const Context& context) {
  if (is_ctcp(line.param(1))) return {};
  const Spoken spoken{line, context};
  return {in::Notice{spoken.sender, spoken.channel, text(line, 1), "", spoken.account, spoken.bot}};
}

std::vector<Message> join(const Line& line, const Context&) {
  return {in::Join{sender(line), text(line, 0), "", account_of_join(line)}};
}

std::vector<Message> part(const Line& line, const Context&) {
  return {in::Part{sender(line), text(line, 0), text(line, 1), ""}};
}

std::vector<Message> quit(const Line& line, const Context&) {
  return {in::Quit{sender(line), text(line, 0), ""}};
}

std::vector<Message> topic(const Line& line, const Context&) {
  return {in::Topic{sender(line), text(line, 0), text(line, 1), ""}};
}

std::vector<Message> kick(const Line& line, const Context&) {
  return {in::Kick{sender(line), text(line, 0), text(line, 1), text(line, 2), ""}};
}

std::vector<Message> nick(const Line& line, const Context&) {
  return {in::Nick{sender(line), text(line, 0), ""}};
}

std::vector<Message> mode(const Line& line, const Context&) {
  std::vector<std::string> arguments;
  for (std::size_t i = 2; i < line.params.size(); ++i) arguments.push_back(text(line, i));
  return {in::Mode{sender(line), text(line, 0), text(line, 1), std::move(arguments), ""}};
}

std::vector<Message> invite(const Line& line, const Context&) {
  return {in::Invite{sender(line), text(line, 1), text(line, 0), ""}};
}

/// What the server says of the line itself is said of all that is made of it.
void put_stamp(Message& event, const std::string& time, const std::string& msgid) {
  std::visit(
      [&](auto& message) {
        if constexpr (requires { message.msgid; }) {
          message.time = time;
          message.msgid = msgid;
        }
      },
      event);
}

struct Translation {
  std::size_t params;  ///< a line with fewer is no event
  std::vector<Message> (*translate)(const Line&, const Context&);
};

const std::unordered_map<std::string_view, Translation> translations = {
    {"PRIVMSG", {2, privmsg}}, {"NOTICE", {2, notice}}, {"JOIN", {1, join}}, {"PART", {1, part}},
    {"QUIT", {0, quit}},       {"TOPIC", {2, topic}},   {"KICK", {2, kick}}, {"NICK", {1, nick}},
    {"MODE", {2, mode}},       {"INVITE", {2, invite}},
};

}  // namespace

std::vector<Message> events_of(const Line& line, const Context& context) {
  const auto found = translations.find(line.command);
  if (found == translations.end() || line.params.size() < found->second.params) return {};
  auto events = found->second.translate(line, context);
  if (!line.tags.empty()) {
    const auto time = server_time(line), msgid = message_id(line);
    for (auto& event : events) put_stamp(event, time, msgid);
  }
  return events;
}

}  // namespace tubes::irc
