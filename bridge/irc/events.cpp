#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>

#include <tubes/bridge/irc/directed.hpp>
#include <tubes/bridge/irc/events.hpp>
#include <tubes/bridge/irc/stamp.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

std::string sender(const Line& line, const Context& context) {
  return context.encoding.to_utf8(line.nick());
}
std::string text(const Line& line, std::size_t index, const Context& context) {
  return context.encoding.to_utf8(line.param(index));
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
std::string account_of_join(const Line& line, const Context& context) {
  if (line.params.size() < 3) return account_tag(line);
  return line.param(1) == "*" ? std::string{} : text(line, 1, context);
}

/// What Privmsg, Action and Notice share.
struct Spoken {
  std::string sender, channel, account;
  bool bot, self, in_private;

  Spoken(const Line& line, const Context& context)
      : sender(irc::sender(line, context)),
        channel(context.encoding.to_utf8(context.isupport.channel_of(line.param(0)))),
        account(account_tag(line)),
        bot(is_bot(line)),
        self(is_own_speech(line, context.isupport, context.own_nick)),
        in_private(channel.empty()) {
    if (in_private) channel = self ? text(line, 0, context) : sender;
  }
};

template <class Event>
Event marked(const Spoken& spoken, std::string text) {
  Event event{spoken.sender, spoken.channel, std::move(text), "", spoken.account, spoken.bot};
  event.self = spoken.self;
  return event;
}

std::vector<Message> privmsg(const Line& line, const Context& context) {
  const Spoken spoken{line, context};
  const auto raw = line.param(1);
  if (is_action(raw)) {
    return {marked<in::Action>(spoken, context.encoding.to_utf8(action_text(raw)))};
  }
  if (is_ctcp(raw)) return {};
  std::vector<Message> events{marked<in::Privmsg>(spoken, text(line, 1, context))};
  if (!context.semantics || spoken.self) return events;
  const auto directed =
      directed_text(raw, context.own_nick, context.isupport.casemap, spoken.in_private);
  if (directed) {
    events.emplace_back(
        in::DirectedPrivmsg{spoken.sender, spoken.channel, context.encoding.to_utf8(*directed),
                            text(line, 1, context), "", spoken.account, spoken.bot});
  }
  return events;
}

std::vector<Message> notice(const Line& line, const Context& context) {
  if (is_ctcp(line.param(1))) return {};
  return {marked<in::Notice>({line, context}, text(line, 1, context))};
}

std::vector<Message> join(const Line& line, const Context& context) {
  in::Join event{sender(line, context), text(line, 0, context), "", account_of_join(line, context)};
  if (context.netsplit == "netjoin") event.batch = context.netsplit;
  return {std::move(event)};
}

std::vector<Message> part(const Line& line, const Context& context) {
  return {in::Part{sender(line, context), text(line, 0, context), text(line, 1, context), ""}};
}

std::vector<Message> quit(const Line& line, const Context& context) {
  in::Quit event{sender(line, context), text(line, 0, context), ""};
  if (context.netsplit == "netsplit") event.batch = context.netsplit;
  return {std::move(event)};
}

std::vector<Message> topic(const Line& line, const Context& context) {
  return {in::Topic{sender(line, context), text(line, 0, context), text(line, 1, context), ""}};
}

std::vector<Message> kick(const Line& line, const Context& context) {
  return {in::Kick{sender(line, context), text(line, 0, context), text(line, 1, context),
                   text(line, 2, context), ""}};
}

std::vector<Message> nick(const Line& line, const Context& context) {
  return {in::Nick{sender(line, context), text(line, 0, context), ""}};
}

std::vector<Message> mode(const Line& line, const Context& context) {
  std::vector<std::string> arguments;
  for (std::size_t i = 2; i < line.params.size(); ++i) arguments.push_back(text(line, i, context));
  return {in::Mode{sender(line, context), text(line, 0, context), text(line, 1, context),
                   std::move(arguments), ""}};
}

std::vector<Message> invite(const Line& line, const Context& context) {
  return {in::Invite{sender(line, context), text(line, 1, context), text(line, 0, context), ""}};
}

/// IRCv3: account-notify. "*" is no account.
std::vector<Message> account(const Line& line, const Context& context) {
  const bool none = line.param(0) == "*";
  return {in::Account{sender(line, context), none ? std::string{} : text(line, 0, context)}};
}

/// IRCv3: away-notify. Without a text somebody is back.
std::vector<Message> away(const Line& line, const Context& context) {
  return {in::Away{sender(line, context), text(line, 0, context)}};
}

/// IRCv3: setname.
std::vector<Message> setname(const Line& line, const Context& context) {
  return {in::Setname{sender(line, context), text(line, 0, context)}};
}

/// IRCv3: chghost.
std::vector<Message> chghost(const Line& line, const Context& context) {
  return {in::Chghost{sender(line, context), text(line, 0, context), text(line, 1, context)}};
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
    {"PRIVMSG", {2, privmsg}}, {"NOTICE", {2, notice}},   {"JOIN", {1, join}},
    {"PART", {1, part}},       {"QUIT", {0, quit}},       {"TOPIC", {2, topic}},
    {"KICK", {2, kick}},       {"NICK", {1, nick}},       {"MODE", {2, mode}},
    {"INVITE", {2, invite}},   {"ACCOUNT", {1, account}}, {"AWAY", {0, away}},
    {"SETNAME", {1, setname}}, {"CHGHOST", {2, chghost}},
};

}  // namespace

bool is_own_speech(const Line& line, const Isupport& isupport, std::string_view own_nick) {
  const bool speech = line.command == "PRIVMSG" || line.command == "NOTICE";
  return speech && isupport.same(line.nick(), own_nick);
}

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
