#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tubes/bridge/irc/batches.hpp>
#include <tubes/bridge/irc/channels.hpp>
#include <tubes/bridge/irc/ctcp.hpp>
#include <tubes/bridge/irc/encoding.hpp>
#include <tubes/bridge/irc/farewell.hpp>
#include <tubes/bridge/irc/identity.hpp>
#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/keepalive.hpp>
#include <tubes/bridge/irc/lag.hpp>
#include <tubes/bridge/irc/line.hpp>
#include <tubes/bridge/irc/line_reader.hpp>
#include <tubes/bridge/irc/login.hpp>
#include <tubes/bridge/irc/names.hpp>
#include <tubes/bridge/irc/netsplits.hpp>
#include <tubes/bridge/irc/nick_choice.hpp>
#include <tubes/bridge/irc/nick_regain.hpp>
#include <tubes/bridge/irc/outgoing.hpp>
#include <tubes/bridge/irc/playback.hpp>
#include <tubes/bridge/irc/secrets.hpp>
#include <tubes/bridge/irc/strip.hpp>
#include <tubes/proto/message.hpp>

namespace tubes::irc {

struct SessionOptions : LoginOptions {
  std::string network;  ///< put into every event
  std::string user, realname;
  std::string password;               ///< of the server (PASS); "" for none
  std::vector<std::string> channels;  ///< "#channel" or "#channel key"
  bool semantics = true;              ///< DirectedPrivmsg events beside Privmsg
  bool self_messages = false;         ///< tell what we said ourselves, where the server does
  StripFormatting strip_formatting;   ///< of what others say: bold, colours (formatting.hpp)
  Encoding fallback_encoding;         ///< of what others say, where it is not UTF-8
  CtcpOptions ctcp;                   ///< which of its questions are answered
  bool rejoin = true;                 ///< a channel that we were kicked from
  bool bot_mode = true;               ///< say that we are a bot, where there is a mode for it
  FloodOptions flood;
  WaitingOptions waiting;
  std::chrono::seconds registration_timeout{60};
  /// With a password over plain text: how long the server may take to say whether it wants TLS.
  std::chrono::seconds sts_patience{2};
  std::chrono::seconds motd_timeout{10};  ///< then channels are joined without its end
  std::chrono::seconds quiet{120};        ///< silence before we ask whether the server is there
  std::chrono::seconds patience{60};      ///< how long it may take to answer
  std::chrono::seconds lag_interval{60};  ///< between measurements of the lag; 0 for none
  std::chrono::seconds regain_pause{10};  ///< between two attempts to get our nick back

  bool operator==(const SessionOptions&) const = default;
};

/// The client's side of IRC with one server (RFC 1459, 2812) as a state machine: bytes and time
/// go in; bytes, events and the next deadline come out. No I/O, no clock, no threads. One object
/// lives through any number of connections, one after the other.
///
/// After each call take() the output, send it, and call tick() at next_deadline().
class Session {
 public:
  struct Output {
    std::string bytes;                  ///< to be sent
    std::vector<Message> events;        ///< in::… with `network` filled in
    std::vector<Receipt> receipts;      ///< of commands with an id
    std::vector<std::string> warnings;  ///< for the log: printable, without secrets
    std::optional<std::string> close;   ///< end the connection, for this reason
    /// The server offered the capability `sts` with this value (../sts.hpp). Where that means to
    /// come back over TLS, nothing of `bytes` is to be sent.
    std::optional<std::string> sts;
  };

  /// Throws Error{refused} if an option cannot be put into an IRC line.
  explicit Session(SessionOptions options);

  Session(const Session&) = delete;

  /// `plain`: others can read along. The password then does not leave before the server has had the
  /// time to ask for TLS.
  void connected(Time now, bool plain = false);
  void bytes(Time now, std::string_view data);
  void tick(Time now);
  /// The connection is gone. Commands of which nothing was sent wait for the next one.
  void closed(Time now, std::string_view reason);

  /// Does what a bot asks for, now or, while we are not registered, later: a text is said to each
  /// target of a comma list, in as many messages as it takes. Throws Error{refused}, and has done
  /// nothing: no valid target, empty text, CTCP, a line that is not allowed; Error{outbox_full}:
  /// too much at once. What later turns out to be refused is a warning and a receipt.
  void perform(Time now, Command command);
  /// Other options hold from now on, as far as they can (changeable.hpp); channels are joined and
  /// left at once.
  void change(Time now, const SessionOptions& options);
  /// Says goodbye once nothing waits to be sent any more and nothing is in flight, `patience` later
  /// at the latest; the server then closes the connection. What is left then is not sent.
  void quit(Time now, std::string_view reason, Time patience = Time::zero());
  /// Whether it has been said.
  bool said_goodbye() const noexcept { return farewell_.said(); }
  /// Whether all commands have been dealt with, and the fate is known of those with an id.
  bool idle() const noexcept { return outgoing_.idle(); }
  /// Nothing will be sent any more: tells of the fate of what still waits.
  void stop(Time now, const std::string& reason);
  /// Takes the commands that wait for the network, for another session to perform().
  std::vector<Command> take_waiting() { return outgoing_.take_waiting(); }

  Output take() { return std::exchange(output_, {}); }
  std::optional<Time> next_deadline(Time now) const;

  /// Our nick as it really is while registered; before, the one asked for.
  const std::string& nick() const noexcept { return identity_.nick(); }
  /// What the network calls itself; "" until it has said so.
  const std::string& network_name() const noexcept { return isupport_.network; }
  bool registered() const noexcept { return phase_ == Phase::registered; }

 private:
  enum class Phase { closed, registering, registered };
  struct Handlers;  // what each command and numeric does; session_lines.cpp

  void line(Time now, const LineReader::Read& read);
  void emit(Message event);
  void give_up(std::string reason);
  void warn(std::string what) { output_.warnings.push_back(secrets_.hidden(std::move(what))); }
  void pump(Time now);
  /// Nothing is said yet: the JOINs must be first. Servers want them after the MOTD, and channels
  /// may be for those alone who are logged in.
  bool awaits_joins() const noexcept { return registered() && !joined_once_; }
  /// Makes them due, once nothing stands in their way.
  void ask_for_channels(Time now);
  std::vector<std::string> due_joins(Time now);
  std::string bot_mode_line() const;
  /// For what took too long.
  void stop_waiting(Time now);
  /// What waits now will not be sent: whoever wants to know is told here.
  void say_goodbye();

  /// Does what the login wants.
  void follow_login();
  bool may_echo(const Line& line) const;
  bool is_echoed(const Line& line) const;

  /// Does what follows from lines that bots sent as they are, and tells what became of commands.
  void follow_outgoing(Time now);
  /// Lines that do not wait for their turn.
  void send_at_once(Time now, std::string lines);
  std::string registration_lines() const;
  /// PASS must come first, so NICK and USER wait with it.
  void send_registration();

  SessionOptions options_;
  Phase phase_ = Phase::closed;
  const Secrets secrets_;
  Time registration_deadline_{0};
  std::optional<Time> sts_deadline_;   ///< while the registration waits for CAP's answer
  std::optional<Time> motd_deadline_;  ///< while the JOINs wait for its end
  bool joined_once_ = false;           ///< the channels were asked for
  LineReader reader_;
  Login login_;
  Isupport isupport_;
  Identity identity_;
  NickChoice nick_choice_;
  NickRegain nick_regain_;
  Channels channels_;
  NamesCollector names_;
  Batches batches_;
  Netsplits netsplits_;
  Playback playback_;
  Ctcp ctcp_;
  Keepalive keepalive_;
  Lag lag_;
  Outgoing outgoing_;
  Farewell farewell_;
  Output output_;
};

}  // namespace tubes::irc
