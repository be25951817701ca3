#include <algorithm>
#include <type_traits>
#include <variant>

#include <tubes/bridge/irc/session.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

Secrets all_secrets(const SessionOptions& options) {
  auto secrets = secrets_of(options);
  secrets.add(options.password);
  return secrets;
}

}  // namespace

Session::Session(SessionOptions options)
    : options_(std::move(options)),
      secrets_(all_secrets(options_)),
      login_(static_cast<const LoginOptions&>(options_)),
      nick_choice_(options_.nick),
      nick_regain_(options_.nick, options_.regain_pause),
      channels_(options_.channels),
      names_(options_.fallback_encoding),
      netsplits_(options_.fallback_encoding),
      ctcp_(options_.ctcp),
      keepalive_(options_.quiet, options_.patience),
      lag_(options_.lag_interval),
      outgoing_({isupport_, identity_, login_.capabilities()}, options_.flood, options_.waiting) {
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
  batches_.clear();
  netsplits_.clear();
  playback_.clear();
  farewell_.reset();
  keepalive_.heard(now);
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
  if (phase_ == Phase::closed) return pump(now);
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

void Session::closed(Time now, std::string_view reason) {
  if (registered()) emit(in::Disconnected{secrets_.hidden(printable(reason)), ""});
  outgoing_.close(now);
  follow_outgoing(now);
  channels_.disconnected();
  lag_.end();
  phase_ = Phase::closed;
}

std::optional<Time> Session::next_deadline(Time now) const {
  if (phase_ == Phase::closed) return outgoing_.deadline(now);
  Time next = keepalive_.deadline();
  if (farewell_.said()) return next;  // nothing follows it
  if (phase_ == Phase::registering) next = std::min(next, registration_deadline_);
  const bool joins = joined_once_ && !farewell_.begun() && !outgoing_.first_waits();
  for (const auto& due : {login_.deadline(), sts_deadline_, motd_deadline_, nick_regain_.due(),
                          lag_.due(), farewell_.deadline(), outgoing_.deadline(now),
                          joins ? channels_.next_due() : std::nullopt}) {
    if (due) next = std::min(next, *due);
  }
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
  if (farewell_.said() || output_.close) return follow_outgoing(now);
  stop_waiting(now);
  send_at_once(now, nick_regain_.take(now));
  if (joined_once_ && !outgoing_.first_waits()) outgoing_.push_first(due_joins(now));
  output_.bytes += outgoing_.take(now);
  if (farewell_.due(now, outgoing_.idle())) say_goodbye();
  follow_outgoing(now);
}

void Session::send_at_once(Time now, std::string lines) {
  output_.bytes += outgoing_.leave_at_once(now, std::move(lines));
}

std::vector<std::string> Session::due_joins(Time now) {
  if (farewell_.begun()) return {};
  return channels_.due_joins(now, isupport_.joins_at_once);
}

void Session::follow_outgoing(Time now) {
  auto told = outgoing_.take_output();
  for (const auto& line : told.raw) {
    if (line.command == "JOIN") channels_.asked(isupport_, line.param(0), line.param(1));
    if (line.command == "PART") channels_.left(isupport_, line.param(0));
    if (line.command == "NICK") send_at_once(now, nick_regain_.stop());  // another is wanted now
  }
  for (auto& warning : told.warnings) warn(std::move(warning));
  for (auto& receipt : told.receipts) {
    receipt.fate.reason = secrets_.hidden(std::move(receipt.fate.reason));
    output_.receipts.push_back(std::move(receipt));
  }
}

void Session::stop_waiting(Time now) {
  if (motd_deadline_ && now >= *motd_deadline_) motd_deadline_.reset();
  ask_for_channels(now);
}

void Session::ask_for_channels(Time now) {
  if (!awaits_joins() || motd_deadline_ || login_.awaits_nickserv()) return;
  if (options_.bot_mode) send_at_once(now, bot_mode_line());
  joined_once_ = true;
  outgoing_.open();
  channels_.all_due(now);
  const bool has_nick = isupport_.same(nick(), options_.nick);
  send_at_once(now, has_nick ? nick_regain_.stop() : nick_regain_.let_in(isupport_.monitor));
}

/// IRCv3: bot mode, which we have or no longer want. A nick that a server forced on us may be too
/// long for any line.
std::string Session::bot_mode_line() const {
  const bool fits = nick().size() + std::string_view{"MODE  +B\r\n"}.size() <= max_line;
  if (isupport_.bot_mode == '\0' || !fits) return {};
  return format_line("MODE",
                     {nick(), std::string{options_.bot_mode ? '+' : '-', isupport_.bot_mode}});
}

void Session::perform(Time now, Command command) {
  outgoing_.accept(now, std::move(command));
  follow_outgoing(now);
  pump(now);
}

void Session::quit(Time now, std::string_view reason, Time patience) {
  if (phase_ == Phase::closed) return;
  farewell_.begin(now, reason, patience);
  pump(now);
}

void Session::say_goodbye() {
  outgoing_.stop(farewell_.reason());
  output_.bytes += farewell_.say();
}

void Session::stop(Time now, const std::string& reason) {
  outgoing_.stop(reason);
  follow_outgoing(now);
}

}  // namespace tubes::irc
