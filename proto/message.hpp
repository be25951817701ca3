#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <tubes/proto/fields.hpp>

/// The message types: plain structs, each with the one description (`type`, `fields`) from which
/// both wire formats, the schemas and the docs follow. PROTOCOL.md in docs/ has them as a table.
///
/// Texts are UTF-8. Every member has an initializer, so that a designated one may leave it out
/// without a warning. `network` names the IRC network; empty means the only or the default one.
/// `services_account` is the sender's services account, empty if there is none or it is not known;
/// `bot` says that the network marks the sender as a bot. `time` is when the server says that it
/// happened, in UTC (ISO 8601, "2012-04-01T10:00:00.000Z"), and `msgid` the server's name for this
/// message, equal only for the same one: IRCv3's server-time and msgid, empty if it gives none.
/// `self` says that the bot itself said it: never answer one.
namespace tubes {

inline constexpr Presence optional = Presence::optional;

/// What happened on IRC: messages on topic `in`.
namespace in {

/// Someone said something. In a private message `channel` is the sender's nick.
struct Privmsg {
  std::string sender{}, channel{}, message{}, network{}, services_account{};
  bool bot = false;
  std::string time{}, msgid{};
  bool self = false;
  static constexpr std::string_view type = "privmsg";
  static constexpr auto fields =
      std::tuple{Field{"sender", &Privmsg::sender},
                 Field{"channel", &Privmsg::channel},
                 Field{"message", &Privmsg::message},
                 Field{"network", &Privmsg::network, optional},
                 Field{"services_account", &Privmsg::services_account, optional},
                 Field{"bot", &Privmsg::bot, optional},
                 Field{"time", &Privmsg::time, optional},
                 Field{"msgid", &Privmsg::msgid, optional},
                 Field{"self", &Privmsg::self, optional}};
  bool operator==(const Privmsg&) const = default;
};

/// A CTCP ACTION ("/me waves"): `message` is the text alone.
struct Action {
  std::string sender{}, channel{}, message{}, network{}, services_account{};
  bool bot = false;
  std::string time{}, msgid{};
  bool self = false;
  static constexpr std::string_view type = "privmsg_action";
  static constexpr auto fields =
      std::tuple{Field{"sender", &Action::sender},
                 Field{"channel", &Action::channel},
                 Field{"message", &Action::message},
                 Field{"network", &Action::network, optional},
                 Field{"services_account", &Action::services_account, optional},
                 Field{"bot", &Action::bot, optional},
                 Field{"time", &Action::time, optional},
                 Field{"msgid", &Action::msgid, optional},
                 Field{"self", &Action::self, optional}};
  bool operator==(const Action&) const = default;
};

/// A Privmsg that was addressed to the bot; `message` has the address removed.
struct DirectedPrivmsg {
  std::string sender{}, channel{}, message{}, raw_message{}, network{}, services_account{};
  bool bot = false;
  std::string time{}, msgid{};
  static constexpr std::string_view type = "directed_privmsg";
  static constexpr auto fields =
      std::tuple{Field{"sender", &DirectedPrivmsg::sender},
                 Field{"channel", &DirectedPrivmsg::channel},
                 Field{"message", &DirectedPrivmsg::message},
                 Field{"raw_message", &DirectedPrivmsg::raw_message},
                 Field{"network", &DirectedPrivmsg::network, optional},
                 Field{"services_account", &DirectedPrivmsg::services_account, optional},
                 Field{"bot", &DirectedPrivmsg::bot, optional},
                 Field{"time", &DirectedPrivmsg::time, optional},
                 Field{"msgid", &DirectedPrivmsg::msgid, optional}};
  bool operator==(const DirectedPrivmsg&) const = default;
};

/// A NOTICE. Never answer one: bots that do talk to each other for ever.
struct Notice {
  std::string sender{}, channel{}, message{}, network{}, services_account{};
  bool bot = false;
  std::string time{}, msgid{};
  bool self = false;
  static constexpr std::string_view type = "notice";
  static constexpr auto fields =
      std::tuple{Field{"sender", &Notice::sender},
                 Field{"channel", &Notice::channel},
                 Field{"message", &Notice::message},
                 Field{"network", &Notice::network, optional},
                 Field{"services_account", &Notice::services_account, optional},
                 Field{"bot", &Notice::bot, optional},
                 Field{"time", &Notice::time, optional},
                 Field{"msgid", &Notice::msgid, optional},
                 Field{"self", &Notice::self, optional}};
  bool operator==(const Notice&) const = default;
};

/// `batch` is "netjoin" if the server says that this is one of the many who come back after a
/// netsplit.
struct Join {
  std::string sender{}, channel{}, network{}, services_account{}, time{}, msgid{}, batch{};
  static constexpr std::string_view type = "join";
  static constexpr auto fields =
      std::tuple{Field{"sender", &Join::sender},
                 Field{"channel", &Join::channel},
                 Field{"network", &Join::network, optional},
                 Field{"services_account", &Join::services_account, optional},
                 Field{"time", &Join::time, optional},
                 Field{"msgid", &Join::msgid, optional},
                 Field{"batch", &Join::batch, optional}};
  bool operator==(const Join&) const = default;
};

/// `message` is the reason, if one was given.
struct Part {
  std::string sender{}, channel{}, message{}, network{}, time{}, msgid{};
  static constexpr std::string_view type = "part";
  static constexpr auto fields = std::tuple{Field{"sender", &Part::sender},
                                            Field{"channel", &Part::channel},
                                            Field{"message", &Part::message, optional},
                                            Field{"network", &Part::network, optional},
                                            Field{"time", &Part::time, optional},
                                            Field{"msgid", &Part::msgid, optional}};
  bool operator==(const Part&) const = default;
};

/// `message` is the reason, if one was given. `batch` is "netsplit" if the server says that it lost
/// another one, and with it this one of many.
struct Quit {
  std::string sender{}, message{}, network{}, time{}, msgid{}, batch{};
  static constexpr std::string_view type = "quit";
  static constexpr auto fields = std::tuple{Field{"sender", &Quit::sender},
                                            Field{"message", &Quit::message, optional},
                                            Field{"network", &Quit::network, optional},
                                            Field{"time", &Quit::time, optional},
                                            Field{"msgid", &Quit::msgid, optional},
                                            Field{"batch", &Quit::batch, optional}};
  bool operator==(const Quit&) const = default;
};

struct Topic {
  std::string sender{}, channel{}, topic{}, network{}, time{}, msgid{};
  static constexpr std::string_view type = "topic";
  static constexpr auto fields =
      std::tuple{Field{"sender", &Topic::sender},       Field{"channel", &Topic::channel},
                 Field{"topic", &Topic::topic},         Field{"network", &Topic::network, optional},
                 Field{"time", &Topic::time, optional}, Field{"msgid", &Topic::msgid, optional}};
  bool operator==(const Topic&) const = default;
};

/// Nick and prefix ("", "@", "+") of everyone in a channel, in the server's order.
using Nicks = std::vector<std::pair<std::string, std::string>>;

/// Who is in a channel; once per complete NAMES reply.
struct Names {
  std::string channel{};
  Nicks nicks{};
  std::string network{};
  static constexpr std::string_view type = "names";
  static constexpr auto fields =
      std::tuple{Field{"channel", &Names::channel}, Field{"nicks", &Names::nicks},
                 Field{"network", &Names::network, optional}};
  bool operator==(const Names&) const = default;
};

/// `sender` removed `nick` from the channel; `message` is the reason.
struct Kick {
  std::string sender{}, channel{}, nick{}, message{}, network{}, time{}, msgid{};
  static constexpr std::string_view type = "kick";
  static constexpr auto fields = std::tuple{Field{"sender", &Kick::sender},
                                            Field{"channel", &Kick::channel},
                                            Field{"nick", &Kick::nick},
                                            Field{"message", &Kick::message, optional},
                                            Field{"network", &Kick::network, optional},
                                            Field{"time", &Kick::time, optional},
                                            Field{"msgid", &Kick::msgid, optional}};
  bool operator==(const Kick&) const = default;
};

/// `sender` is called `nick` from now on.
struct Nick {
  std::string sender{}, nick{}, network{}, time{}, msgid{};
  static constexpr std::string_view type = "nick";
  static constexpr auto fields =
      std::tuple{Field{"sender", &Nick::sender}, Field{"nick", &Nick::nick},
                 Field{"network", &Nick::network, optional}, Field{"time", &Nick::time, optional},
                 Field{"msgid", &Nick::msgid, optional}};
  bool operator==(const Nick&) const = default;
};

/// `mode` is the change ("+ov-b"), `arguments` what it applies to. `channel` may be a nick.
struct Mode {
  std::string sender{}, channel{}, mode{};
  std::vector<std::string> arguments{};
  std::string network{}, time{}, msgid{};
  static constexpr std::string_view type = "mode";
  static constexpr auto fields = std::tuple{Field{"sender", &Mode::sender},
                                            Field{"channel", &Mode::channel},
                                            Field{"mode", &Mode::mode},
                                            Field{"arguments", &Mode::arguments, optional},
                                            Field{"network", &Mode::network, optional},
                                            Field{"time", &Mode::time, optional},
                                            Field{"msgid", &Mode::msgid, optional}};
  bool operator==(const Mode&) const = default;
};

/// `sender` asks `nick` to join the channel.
struct Invite {
  std::string sender{}, channel{}, nick{}, network{}, time{}, msgid{};
  static constexpr std::string_view type = "invite";
  static constexpr auto fields = std::tuple{
      Field{"sender", &Invite::sender},       Field{"channel", &Invite::channel},
      Field{"nick", &Invite::nick},           Field{"network", &Invite::network, optional},
      Field{"time", &Invite::time, optional}, Field{"msgid", &Invite::msgid, optional}};
  bool operator==(const Invite&) const = default;
};

/// The bridge is registered at the network as `nick`.
struct Connected {
  std::string nick{}, network{};
  static constexpr std::string_view type = "connected";
  static constexpr auto fields =
      std::tuple{Field{"nick", &Connected::nick}, Field{"network", &Connected::network, optional}};
  bool operator==(const Connected&) const = default;
};

/// The bridge lost the network, and will try again.
struct Disconnected {
  std::string reason{}, network{};
  static constexpr std::string_view type = "disconnected";
  static constexpr auto fields = std::tuple{Field{"reason", &Disconnected::reason},
                                            Field{"network", &Disconnected::network, optional}};
  bool operator==(const Disconnected&) const = default;
};

/// The sender logged in to services as `services_account`, or out of it if that is empty: IRCv3's
/// account-notify.
struct Account {
  std::string sender{}, services_account{}, network{}, time{}, msgid{};
  static constexpr std::string_view type = "account";
  static constexpr auto fields = std::tuple{
      Field{"sender", &Account::sender},
      Field{"services_account", &Account::services_account, optional},
      Field{"network", &Account::network, optional}, Field{"time", &Account::time, optional},
      Field{"msgid", &Account::msgid, optional}};
  bool operator==(const Account&) const = default;
};

/// The sender is away, with `message` as the reason, or back if that is empty: IRCv3's away-notify.
struct Away {
  std::string sender{}, message{}, network{}, time{}, msgid{};
  static constexpr std::string_view type = "away";
  static constexpr auto fields =
      std::tuple{Field{"sender", &Away::sender}, Field{"message", &Away::message, optional},
                 Field{"network", &Away::network, optional}, Field{"time", &Away::time, optional},
                 Field{"msgid", &Away::msgid, optional}};
  bool operator==(const Away&) const = default;
};

/// The sender changed their real name: IRCv3's setname.
struct Setname {
  std::string sender{}, realname{}, network{}, time{}, msgid{};
  static constexpr std::string_view type = "setname";
  static constexpr auto fields = std::tuple{
      Field{"sender", &Setname::sender}, Field{"realname", &Setname::realname},
      Field{"network", &Setname::network, optional}, Field{"time", &Setname::time, optional},
      Field{"msgid", &Setname::msgid, optional}};
  bool operator==(const Setname&) const = default;
};

/// The sender's user name and host are these from now on: IRCv3's chghost.
struct Chghost {
  std::string sender{}, user{}, host{}, network{}, time{}, msgid{};
  static constexpr std::string_view type = "chghost";
  static constexpr auto fields = std::tuple{
      Field{"sender", &Chghost::sender},       Field{"user", &Chghost::user},
      Field{"host", &Chghost::host},           Field{"network", &Chghost::network, optional},
      Field{"time", &Chghost::time, optional}, Field{"msgid", &Chghost::msgid, optional}};
  bool operator==(const Chghost&) const = default;
};

/// Two servers lost each other: published once, after the Quit of each of the `nicks`.
struct Netsplit {
  std::vector<std::string> servers{}, nicks{};
  std::string network{};
  static constexpr std::string_view type = "netsplit";
  static constexpr auto fields =
      std::tuple{Field{"servers", &Netsplit::servers}, Field{"nicks", &Netsplit::nicks},
                 Field{"network", &Netsplit::network, optional}};
  bool operator==(const Netsplit&) const = default;
};

/// They found each other again: published once, after every Join of the `nicks`.
struct Netjoin {
  std::vector<std::string> servers{}, nicks{};
  std::string network{};
  static constexpr std::string_view type = "netjoin";
  static constexpr auto fields =
      std::tuple{Field{"servers", &Netjoin::servers}, Field{"nicks", &Netjoin::nicks},
                 Field{"network", &Netjoin::network, optional}};
  bool operator==(const Netjoin&) const = default;
};

/// How long the network took to answer the bridge, as the bridge itself measured it.
struct Lag {
  std::uint64_t milliseconds = 0;
  std::string network{};
  static constexpr std::string_view type = "lag";
  static constexpr auto fields = std::tuple{Field{"milliseconds", &Lag::milliseconds},
                                            Field{"network", &Lag::network, optional}};
  bool operator==(const Lag&) const = default;
};

/// Every type of topic `in`.
using Types = TypeList<Privmsg, Action, DirectedPrivmsg, Notice, Join, Part, Quit, Topic, Names,
                       Kick, Nick, Mode, Invite, Connected, Disconnected, Account, Away, Setname,
                       Chghost, Netsplit, Netjoin, Lag>;

}  // namespace in

/// What to do on IRC: messages on topic `out`.
namespace out {

/// An `id` is the sender's own name for its message: receipts answer with it, and without it there
/// are none. It has at most so many bytes.
inline constexpr std::size_t max_id = 128;

/// `to` is a channel or nick, or several joined by commas.
struct Privmsg {
  std::string to{}, message{}, network{}, id{};
  static constexpr std::string_view type = "privmsg";
  static constexpr auto fields = std::tuple{
      Field{"to", &Privmsg::to}, Field{"message", &Privmsg::message},
      Field{"network", &Privmsg::network, optional}, Field{"id", &Privmsg::id, optional}};
  bool operator==(const Privmsg&) const = default;
};

/// Said as a CTCP ACTION ("/me waves").
struct Action {
  std::string to{}, message{}, network{}, id{};
  static constexpr std::string_view type = "privmsg_action";
  static constexpr auto fields =
      std::tuple{Field{"to", &Action::to}, Field{"message", &Action::message},
                 Field{"network", &Action::network, optional}, Field{"id", &Action::id, optional}};
  bool operator==(const Action&) const = default;
};

/// An IRC line as it is, if the bridge's allow-list has its command. On the JSON wire `command`
/// is read in `data` and, as the clients of 2012 write it, at the top of the envelope.
struct Raw {
  std::string command{}, network{}, id{};
  static constexpr std::string_view type = "raw";
  static constexpr auto fields =
      std::tuple{Field{"command", &Raw::command}, Field{"network", &Raw::network, optional},
                 Field{"id", &Raw::id, optional}};
  bool operator==(const Raw&) const = default;
};

/// Every type of topic `out`.
using Types = TypeList<Privmsg, Action, Raw>;

}  // namespace out

/// What became of a message on topic `out` that had an `id`: messages on topic `receipts`.
namespace receipts {

/// The states of a message. `queued` comes once and first, if the bridge takes it; then exactly one
/// of the others, its ending.
inline constexpr std::string_view queued = "queued";
/// The server has sent it back (IRCv3's echo-message), or answered what the `raw` asked.
inline constexpr std::string_view confirmed = "confirmed";
/// The server has processed it, and complained of nothing.
inline constexpr std::string_view sent = "sent";
/// It was not said, or not all of it.
inline constexpr std::string_view failed = "failed";
/// It was on its way when the connection broke. Nobody says it again.
inline constexpr std::string_view unknown = "unknown";

constexpr bool is_ending(std::string_view state) noexcept {
  return state == confirmed || state == sent || state == failed || state == unknown;
}

/// `code` is a cause for machines: of a `failed`, an IRC numeric ("404"), a standard reply's code,
/// "expired", "queue_full", "refused", "no_network", "connection_lost" or "stopping"; of an
/// `unknown`, "connection_lost", "no_answer" or "stopping". `reason` says it to people. `time` and
/// `msgid` are those of what the server sent back.
struct Receipt {
  std::string id{}, state{}, network{}, code{}, reason{}, time{}, msgid{};
  static constexpr std::string_view type = "receipt";
  static constexpr auto fields = std::tuple{Field{"id", &Receipt::id},
                                            Field{"state", &Receipt::state},
                                            Field{"network", &Receipt::network, optional},
                                            Field{"code", &Receipt::code, optional},
                                            Field{"reason", &Receipt::reason, optional},
                                            Field{"time", &Receipt::time, optional},
                                            Field{"msgid", &Receipt::msgid, optional}};
  bool operator==(const Receipt&) const = default;
};

/// Every type of topic `receipts`.
using Types = TypeList<Receipt>;

}  // namespace receipts

using receipts::Receipt;

/// What a web hook received, on topic `web_in`: bare JSON without an envelope. `body` is JSON text.
struct WebIn {
  std::string app{}, body{};
  bool operator==(const WebIn&) const = default;
};

/// An envelope of a type that this version does not know: kept as it came.
struct UnknownType {
  std::string type{};
  std::string data{};  ///< JSON text of the data, "" if there was none
  bool operator==(const UnknownType&) const = default;
};

using Message = Variant<in::Types, out::Types, receipts::Types, TypeList<WebIn, UnknownType>>;

/// The message's type as it stands on the wire, "web_in" for a WebIn. The view lives as long as
/// the message.
std::string_view type_name(const Message& message) noexcept;

}  // namespace tubes
