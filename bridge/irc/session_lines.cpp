#include <algorithm>
#include <unordered_map>

#include <tubes/bridge/irc/described.hpp>
#include <tubes/bridge/irc/events.hpp>
#include <tubes/bridge/irc/session.hpp>
#include <tubes/bridge/irc/standard_reply.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {

/// What lines do to the session's state. Numerics are those of RFC 1459 6, RFC 2812 5,
/// and 731 of IRCv3's monitor. What the login alone is about, it has heard by itself.
struct Session::Handlers {
  using Handler = void (*)(Session&, Time, const Line&);

  static const std::unordered_map<std::string_view, Handler>& table();

  static bool is_own(const Session& s, const Line& line) {
    return s.isupport_.same(line.nick(), s.nick());
  }

  static void ping(Session& s, Time, const Line& line) {
    // A token that fits no line of ours would not have fitted one of the server's.
    s.output_.bytes += format_line("PONG", {}, line.param(0).substr(0, 400));
  }

  static void pong(Session& s, Time now, const Line& line) {
    if (line.params.empty()) return;
    const auto lag = s.lag_.answered(now, line.params.back());
    if (!lag) return;
    const auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(*lag);
    s.emit(in::Lag{static_cast<std::uint64_t>(whole.count()), ""});
    if (auto told = s.lag_.changed(now); !told.empty()) s.warn(std::move(told));
  }

  /// Answers to CTCP are the least of what is said: while anything waits there are none.
  static void privmsg(Session& s, Time now, const Line& line) {
    if (!s.registered() || is_own(s, line) || s.outgoing_.size() > 0) return;
    if (auto answer = s.ctcp_.answer(now, s.isupport_, line)) {
      s.outgoing_.push(std::string{line.nick()}, std::move(*answer));
    }
  }

  static void batch(Session& s, Time, const Line& line) {
    for (const auto& ended : s.batches_.hear(line)) {
      auto event = s.netsplits_.finish(ended);
      if (event && !is_played_back(s.batches_, ended.opening)) s.emit(std::move(*event));
    }
  }

  /// FAIL, WARN and NOTE.
  static void told(Session& s, Time, const Line& line) {
    if (const auto reply = standard_reply(line)) s.warn(described(*reply));
  }

  static void welcome(Session& s, Time now, const Line& line) {
    if (s.registered()) return;
    s.login_.let_in();
    s.follow_login();
    if (s.output_.close) return;
    s.phase_ = Phase::registered;
    s.motd_deadline_ = now + s.options_.motd_timeout;
    s.lag_.begin(now);
    take_nick(s, line.param(0));
    s.login_.identify(now, s.nick());
    s.follow_login();
    s.emit(in::Connected{to_utf8(s.nick()), ""});
  }

  /// A forced nick may start with a digit and be over NICKLEN, but it holds nothing strange.
  static void take_nick(Session& s, std::string_view nick) {
    if (!nick.empty() && Isupport{}.is_nick("n" + std::string{nick})) {
      return s.identity_.set_nick(nick);
    }
    s.warn("the server calls us \"" + s.secrets_.excerpt(nick, 60) +
           "\", which is no nick; we stay " + s.nick());
  }

  static void isupport(Session& s, Time, const Line& line) { s.isupport_.learn(line); }

  static void motd_end(Session& s, Time now, const Line&) {
    s.motd_deadline_.reset();
    s.ask_for_channels(now);
  }

  static void nick_refused(Session& s, Time now, const Line& line) {
    if (s.registered()) return refused(s, now, line);
    if (line.command != "432") s.nick_regain_.missed();  // that nick is wrong, not taken
    const auto next = s.nick_choice_.next(s.isupport_.nick_length);
    if (!next) {
      return s.give_up("no nick is free: " + s.options_.nick +
                       " and its alternates were refused (" + described(line) +
                       "); configure another nick");
    }
    s.warn("the nick " + s.nick() + " was refused (" + described(line) + "), trying " + *next);
    s.identity_.set_nick(*next);
    s.output_.bytes += format_line("NICK", {*next});
  }

  static void password_refused(Session& s, Time, const Line& line) {
    s.give_up("the server refused the password (" + described(line) +
              "); check the network's password in the configuration");
  }

  static void refused(Session& s, Time, const Line& line) { s.warn(described(line)); }

  static void join_refused(Session& s, Time now, const Line& line) {
    s.warn(described(line) + s.channels_.refused(s.isupport_, line.param(1), line.numeric(), now));
  }

  static void unavailable(Session& s, Time now, const Line& line) {
    s.isupport_.is_channel(line.param(1)) ? join_refused(s, now, line) : nick_refused(s, now, line);
  }

  static void names_some(Session& s, Time, const Line& line) {
    if (s.names_.add(s.isupport_, line)) return;
    s.warn("NAMES of " + printable(line.param(2)) + ": what is over " +
           std::to_string(NamesCollector::limit) + " nicks is dropped");
  }

  static void names_end(Session& s, Time, const Line& line) {
    s.emit(s.names_.finish(s.isupport_, line));
  }

  /// RPL_VISIBLEHOST: the host, or on some networks "user@host".
  static void host_changed(Session& s, Time, const Line& line) {
    s.identity_.learn_host(line.param(1));
  }

  /// IRCv3: chghost.
  static void user_changed(Session& s, Time, const Line& line) {
    if (is_own(s, line)) s.identity_.learn_user_host(line.param(0), line.param(1));
  }

  static void joined(Session& s, Time now, const Line& line) {
    if (!is_own(s, line)) return;
    s.identity_.learn(line.prefix);
    if (!s.isupport_.is_channel(line.param(0))) return;
    s.playback_.joined(s.isupport_, line);
    if (s.channels_.joined(s.isupport_, line.param(0), now)) return;
    s.warn("there are " + std::to_string(Channels::limit) + " channels to be in already; " +
           printable(line.param(0)) + " will not be joined again after a reconnect");
  }

  static void parted(Session& s, Time, const Line& line) {
    if (is_own(s, line)) s.channels_.left(s.isupport_, line.param(0));
  }

  static void kicked(Session& s, Time now, const Line& line) {
    if (s.isupport_.same(line.param(1), s.nick()))
      s.channels_.kicked(s.isupport_, line.param(0), now, s.options_.rejoin);
  }

  static void invited(Session& s, Time now, const Line& line) {
    if (s.isupport_.same(line.param(0), s.nick()))
      s.channels_.invited(s.isupport_, line.param(1), now);
  }

  static void renamed(Session& s, Time now, const Line& line) {
    if (!is_own(s, line)) return left(s, now, line);
    take_nick(s, line.param(0));
    if (s.isupport_.same(s.nick(), s.options_.nick)) s.send_at_once(now, s.nick_regain_.stop());
  }

  /// Somebody no longer has this nick.
  static void left(Session& s, Time now, const Line& line) {
    if (!is_own(s, line)) nick_free(s, now, line.nick());
  }

  static void monitored_left(Session& s, Time now, const Line& line) {
    for (std::string_view rest = line.param(1); !rest.empty();) {
      const auto one = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(one.size() + 1, rest.size()));
      nick_free(s, now, one.substr(0, one.find('!')));
    }
  }

  static void nick_free(Session& s, Time now, std::string_view nick) {
    if (!s.isupport_.same(nick, s.options_.nick)) return;
    s.nick_regain_.freed(now);
    s.send_at_once(now, s.nick_regain_.take(now));
  }

  static void error(Session& s, Time, const Line& line) {
    s.give_up("the server closed the link: " + printable(line.param(0)));
  }
};

const std::unordered_map<std::string_view, Session::Handlers::Handler>& Session::Handlers::table() {
  static const std::unordered_map<std::string_view, Handler> handlers = {
      {"PING", ping},          {"PONG", pong},
      {"INVITE", invited},     {"ERROR", error},
      {"JOIN", joined},        {"PART", parted},
      {"KICK", kicked},        {"NICK", renamed},
      {"QUIT", left},          {"CHGHOST", user_changed},
      {"001", welcome},        {"005", isupport},
      {"376", motd_end},       {"422", motd_end},
      {"353", names_some},     {"366", names_end},
      {"396", host_changed},   {"432", nick_refused},
      {"433", nick_refused},   {"436", nick_refused},
      {"437", unavailable},    {"464", password_refused},
      {"403", join_refused},   {"405", join_refused},
      {"471", join_refused},   {"473", join_refused},
      {"474", join_refused},   {"475", join_refused},
      {"476", join_refused},   {"477", join_refused},
      {"480", join_refused},   {"489", join_refused},
      {"731", monitored_left}, {"PRIVMSG", privmsg},
      {"BATCH", batch},        {"FAIL", told},
      {"WARN", told},          {"NOTE", told},
  };
  return handlers;
}

void Session::line(Time now, const LineReader::Read& read) {
  if (read.too_long()) {
    return warn("a line of " + std::to_string(read.size) + " bytes was passed over, the limit is " +
                std::to_string(LineReader::limit) + ": " + secrets_.excerpt(read.text, 80) + "…");
  }
  if (read.text.find('\0') != read.text.npos) {
    return warn("a line with NUL was passed over: " + secrets_.excerpt(read.text, 80));
  }
  auto parsed = parse_line(read.text);
  if (!parsed) return warn("a line without a command was passed over: " + printable(read.text));
  if (may_echo(*parsed)) {
    for (auto& param : parsed->params) param = secrets_.hidden(std::move(param));
  }
  if (playback_.is_old(isupport_, *parsed)) return;
  if (parsed->command != "BATCH" && is_played_back(batches_, *parsed)) return;
  outgoing_.hear(*parsed);  // before formatting is taken out: an echo is compared to the letter
  options_.strip_formatting.apply(isupport_, *parsed);
  if (!netsplits_.hear(batches_, *parsed)) {
    warn("so many come or go at once by a netsplit that not all of them will be listed");
  }
  const Context context{isupport_, nick(), options_.semantics, options_.fallback_encoding,
                        netsplit_kind(batches_, *parsed)};
  if (options_.self_messages || !is_echoed(*parsed)) {
    for (auto& event : events_of(*parsed, context)) emit(std::move(event));
  }
  const bool about_login = login_.hear(now, *parsed, isupport_);
  // A server that knows no CAP says so, if it says anything, with an error.
  const bool answered = login_.capabilities().offer_is_over() || parsed->numeric() >= 400;
  if (sts_deadline_ && answered) send_registration();
  follow_login();
  if (about_login) return;
  const auto handler = Handlers::table().find(parsed->command);
  if (handler != Handlers::table().end()) return handler->second(*this, now, *parsed);
  if (parsed->numeric() >= 400 && parsed->numeric() < 600) warn(described(*parsed));
}

/// Whether we said this ourselves. Without echo-message what is said to our own nick is no echo.
bool Session::is_echoed(const Line& line) const {
  const bool to_us = isupport_.same(line.param(0), nick());
  return is_own_speech(line, isupport_, nick()) &&
         (!to_us || login_.capabilities().has("echo-message"));
}

/// Services may repeat to us what we said, and others relay it. What strangers say in a channel is
/// left as it is: it would show them when they have guessed a secret.
bool Session::may_echo(const Line& line) const {
  if (line.command == "NOTICE") return !isupport_.is_channel(line.param(0));
  return line.command == "PRIVMSG" && isupport_.same(line.nick(), nick());
}

}  // namespace tubes::irc
