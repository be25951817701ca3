#include <algorithm>
#include <map>
#include <type_traits>
#include <variant>

#include <tubes/bridge/irc/allowed.hpp>
#include <tubes/bridge/irc/session.hpp>
#include <tubes/bridge/irc/split.hpp>
#include <tubes/bridge/irc/targets.hpp>
#include <tubes/bridge/irc/text.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

[[noreturn]] void refuse_command(const std::string& why) {
  throw Error(ErrorCode::refused, why);
}

void require_plain(std::string_view text) {
  if (text.find('\x01') != text.npos) {
    refuse_command("the text holds the byte 0x01 of CTCP; use privmsg_action for an ACTION");
  }
  if (text.find('\0') != text.npos) refuse_command("the text holds NUL");
}

[[noreturn]] void too_much(std::size_t limit, std::string_view target) {
  refuse_command("too much at once: more than " + std::to_string(limit) + " lines would wait" +
                 (target.empty() ? "" : " for " + printable(target)));
}

/// Refuses what must be over the queue's limit before any work is done on it: no line says more
/// than line_length bytes of the text.
void require_moderate(std::string_view to, std::string_view text, std::size_t line_length) {
  const auto commas = static_cast<std::size_t>(std::count(to.begin(), to.end(), ','));
  const bool many = commas >= OutgoingQueue::limit;
  if (many || (commas + 1) * text.size() > OutgoingQueue::limit * line_length) {
    too_much(OutgoingQueue::limit, "");
  }
}

Secrets all_secrets(const SessionOptions& options) {
  auto secrets = secrets_of(options);
  secrets.add(options.password);
  return secrets;
}

}  // namespace

Session::Session(SessionOptions options)
    : options_(std::move(options)),
      secrets_(all_secrets(options_)),
      login_(options_),
      nick_choice_(options_.nick),
      nick_regain_(options_.nick, options_.regain_pause),
      channels_(options_.channels),
      keepalive_(options_.quiet, options_.patience),
      lag_(options_.lag_interval),
      queue_(options_.flood) {
  identity_.set_nick(options_.nick);
  registration_lines();
}

std::string Session::registration_lines() const {
  std::string lines;
  if (!options_.password.empty()) lines += format_line("PASS", {}, options_.password);
  lines += format_line("NICK", {options_.nick});
  return lines + format_line("USER", {options_.user, "0", "*"}, options_.realname);
}

void Session::send_registration() {
  sts_deadline_.reset();
  output_.bytes += registration_lines();
}

void Session::connected(Time now, bool plain) {
  phase_ = Phase::registering;
  registration_deadline_ = now + options_.registration_timeout;
  joined_once_ = false;
  motd_deadline_.reset();
  reader_ = {};
  isupport_ = {};
  identity_ = {};
  identity_.set_nick(options_.nick);
  nick_choice_.reset();
  nick_regain_.reset();
  names_.clear();
  playback_.clear();
  farewell_.reset();
  keepalive_.heard(now);
  output_ = {};
  login_.begin();
  follow_login();
  sts_deadline_.reset();
  if (!plain || options_.password.empty()) return send_registration();
  sts_deadline_ = now + options_.sts_patience;
}

void Session::bytes(Time now, std::string_view data) {
  if (phase_ == Phase::closed) return;
  keepalive_.heard(now);
  reader_.feed(data);
  while (!output_.close) {
    const auto read = reader_.next();
    if (!read) break;
    line(now, *read);
  }
  pump(now);
}

void Session::tick(Time now) {
  if (phase_ == Phase::closed) return;
  if (phase_ == Phase::registering && now >= registration_deadline_) {
    give_up("the server did not let us in within " +
            std::to_string(options_.registration_timeout.count()) + " s");
  }
  if (sts_deadline_ && now >= *sts_deadline_) send_registration();
  login_.tick(now);
  follow_login();
  switch (keepalive_.check(now)) {
    case Keepalive::Verdict::alive:
      break;
    case Keepalive::Verdict::ask:
      output_.bytes += lag_.ping(now);
      break;
    case Keepalive::Verdict::dead:
      give_up("the server has been silent for " +
              std::to_string((options_.quiet + options_.patience).count()) + " s");
  }
  output_.bytes += lag_.take(now);
  if (auto told = lag_.changed(now); !told.empty()) warn(std::move(told));
  pump(now);
}

void Session::closed(std::string_view reason) {
  if (registered()) emit(in::Disconnected{secrets_.hidden(printable(reason)), ""});
  const auto dropped = queue_.reset(options_.flood);
  if (dropped > 0) {
    warn(std::to_string(dropped) +
         " lines that waited to be sent were dropped with the connection");
  }
  channels_.disconnected();
  lag_.end();
  phase_ = Phase::closed;
}

std::optional<Time> Session::next_deadline(Time now) const {
  if (phase_ == Phase::closed) return std::nullopt;
  Time next = keepalive_.deadline();
  if (phase_ == Phase::registering) next = std::min(next, registration_deadline_);
  for (const auto& due : {login_.deadline(), sts_deadline_, motd_deadline_, nick_regain_.due(),
                          lag_.due(), farewell_.deadline()}) {
    if (due) next = std::min(next, *due);
  }
  if (awaits_joins()) return next;
  const auto due = farewell_.begun() ? std::nullopt : channels_.next_due();
  if (due && !queue_.first_waits()) next = std::min(next, *due);
  if (const auto ready = queue_.ready_at(now)) next = std::min(next, *ready);
  return next;
}

void Session::emit(Message event) {
  std::visit(
      [&](auto& message) {
        if constexpr (requires { message.network; }) message.network = options_.network;
      },
      event);
  output_.events.push_back(std::move(event));
}

void Session::give_up(std::string reason) {
  if (!output_.close) output_.close = secrets_.hidden(std::move(reason));
}

void Session::follow_login() {
  auto wanted = login_.take();
  output_.bytes += wanted.bytes;
  for (auto& warning : wanted.warnings) warn(std::move(warning));
  if (wanted.end) give_up(std::move(*wanted.end));
  if (wanted.sts) output_.sts = std::move(wanted.sts);
}

void Session::pump(Time now) {
  if (farewell_.said()) return;
  stop_waiting(now);
  output_.bytes += nick_regain_.take(now);
  if (!queue_.first_waits()) queue_.push_first(due_joins(now));
  if (!awaits_joins()) output_.bytes += queue_.take(now);
  if (farewell_.due(now, queue_.size() == 0)) say_goodbye();
}

std::vector<std::string> Session::due_joins(Time now) {
  if (farewell_.begun()) return {};
  return channels_.due_joins(now, isupport_.joins_at_once);
}

void Session::stop_waiting(Time now) {
  if (motd_deadline_ && now >= *motd_deadline_) motd_deadline_.reset();
  ask_for_channels(now);
}

void Session::ask_for_channels(Time now) {
  if (!awaits_joins() || motd_deadline_ || login_.awaits_nickserv()) return;
  if (options_.bot_mode) output_.bytes += bot_mode_line();
  joined_once_ = true;
  channels_.all_due(now);
  const bool has_nick = isupport_.same(nick(), options_.nick);
  output_.bytes += has_nick ? nick_regain_.stop() : nick_regain_.let_in(isupport_.monitor);
}

/// IRCv3: bot mode, which we have or no longer want. A nick that a server forced on us may be too
/// long for any line.
std::string Session::bot_mode_line() const {
  const bool fits = nick().size() + std::string_view{"MODE  +B\r\n"}.size() <= max_line;
  if (isupport_.bot_mode == '\0' || !fits) return {};
  return format_line("MODE",
                     {nick(), std::string{options_.bot_mode ? '+' : '-', isupport_.bot_mode}});
}

void Session::require_registered() const {
  if (!registered()) refuse_command("not connected to the network " + options_.network);
}

bool Session::must_become_utf8(std::string_view text) const noexcept {
  return isupport_.utf8_only && !is_utf8(text);
}

void Session::say(Time now, std::string_view to, std::string_view text) {
  speak(now, {"PRIVMSG", "", ""}, to, text);
}

void Session::action(Time now, std::string_view to, std::string_view text) {
  speak(now,
        {"PRIVMSG",
         "\x01"
         "ACTION ",
         "\x01"},
        to, text);
}

void Session::speak(Time now, const Speech& speech, std::string_view to, std::string_view text) {
  require_registered();
  require_plain(text);
  require_moderate(to, text, isupport_.line_length);
  if (must_become_utf8(to) || must_become_utf8(text)) {
    return speak(now, speech, to_utf8(to), to_utf8(text));
  }
  std::vector<std::pair<std::string_view, std::vector<std::string>>> all;
  std::map<std::string_view, std::size_t> waiting;
  std::size_t count = queue_.size();
  for (const auto target : split_targets(isupport_, to)) {
    all.emplace_back(target, speech_lines(speech, target, text));
    const auto lines = all.back().second.size();
    if (lines == 0) refuse_command("the text is empty");
    count += lines;
    if (count > OutgoingQueue::limit) too_much(OutgoingQueue::limit, "");
    auto& for_target = waiting.try_emplace(target, queue_.waiting_for(target)).first->second;
    for_target += lines;
    if (for_target > OutgoingQueue::limit_per_target) {
      too_much(OutgoingQueue::limit_per_target, target);
    }
  }
  for (auto& [target, lines] : all) enqueue(target, std::move(lines));
  pump(now);
}

std::vector<std::string> Session::speech_lines(const Speech& speech, std::string_view to,
                                               std::string_view text) const {
  const auto wrapping = speech.before.size() + speech.after.size();
  const auto limit = isupport_.line_length;
  const auto room = text_room(identity_.prefix_bytes(), speech.command, to, limit);
  if (room <= wrapping) refuse_command("to: the target leaves no room for a text");
  std::vector<std::string> lines;
  for (const auto part : split_text(text, room - wrapping, OutgoingQueue::limit + 1)) {
    const auto wrapped = std::string{speech.before}.append(part).append(speech.after);
    lines.push_back(format_line(speech.command, {to}, wrapped, limit));
  }
  return lines;
}

void Session::enqueue(std::string_view target, std::vector<std::string> lines) {
  if (!queue_.push(target, std::move(lines))) refuse_command("too many lines wait to be sent");
}

void Session::raw(Time now, std::string_view command) {
  require_registered();
  if (must_become_utf8(command)) return raw(now, to_utf8(command));
  const Line line = parse_allowed(command);
  if (line.command == "PRIVMSG" || line.command == "NOTICE") {
    // So that a long text is split, not cut by the server, and targets are checked.
    return speak(now, {line.command, "", ""}, line.param(0), line.param(1));
  }
  enqueue(line.param(0), {format_line(line, isupport_.line_length)});
  if (line.command == "JOIN") channels_.asked(isupport_, line.param(0), line.param(1));
  if (line.command == "PART") channels_.left(isupport_, line.param(0));
  if (line.command == "NICK") output_.bytes += nick_regain_.stop();  // another is wanted now
  pump(now);
}

void Session::quit(Time now, std::string_view reason, Time patience) {
  if (phase_ == Phase::closed) return;
  farewell_.begin(now, reason, patience);
  pump(now);
}

void Session::say_goodbye() {
  const auto left = queue_.reset(options_.flood);
  if (left > 0) warn(std::to_string(left) + " lines that waited to be sent are not sent any more");
  output_.bytes += farewell_.say();
}

}  // namespace tubes::irc
