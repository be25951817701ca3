#include <algorithm>
#include <utility>

#include <tubes/bridge/irc/sasl/plain.hpp>
#include <tubes/bridge/irc/session.hpp>
#include <tubes/proto/text/base64.hpp>

namespace tubes::irc {

void Session::advance_login(Time now) {
  if (output_.close || !capabilities_.settled()) return;
  if (capabilities_.has("sasl") && sasl_.state() == SaslLogin::State::idle && !logged_in_) {
    output_.bytes += sasl_.begin(capabilities_.value("sasl"));
    sasl_deadline_ = now + options_.sasl_timeout;
    login_told_ = false;
  }
  if (sasl_.running()) return;
  end_login();
  if (!output_.close) output_.bytes += capabilities_.end();
}

void Session::welcomed_without_login() {
  sasl_.abort("the server let us in before the login was over");
  end_login();
}

void Session::end_login() {
  if (!options_.sasl) return;
  const bool broken = sasl_.state() == SaslLogin::State::broken;
  const bool done = sasl_.state() == SaslLogin::State::succeeded || logged_in_;
  if (done && !broken) return;
  if (std::exchange(login_told_, true)) return;
  const auto& account = options_.sasl->credentials.account;
  const auto text = "cannot log in" + (account.empty() ? "" : " to the account " + account) + ": " +
                    (sasl_.why().empty() ? "the server offers no SASL" : sasl_.why());
  if (broken) return give_up(text);
  if (!sasl_required() || registered()) return warn(text);
  give_up(text + "; check the network's sasl in the configuration");
}

void Session::identify(Time now) {
  output_.bytes += identify_line(*options_.nickserv, nick(), options_.nick);
  nickserv_deadline_ = now + options_.nickserv_timeout;
}

void Session::identified(Time now) {
  logged_in_ = true;
  nickserv_answered(now);
}

void Session::nickserv_answered(Time now) {
  nickserv_deadline_.reset();
  ask_for_channels(now);
}

/// PLAIN's lines are the password, too.
Secrets Session::own_secrets() const {
  Secrets secrets;
  secrets.add(options_.password);
  if (options_.nickserv) secrets.add(options_.nickserv->password);
  if (!options_.sasl) return secrets;
  const auto& [mechanisms, credentials, required] = *options_.sasl;
  secrets.add(credentials.password);
  if (std::find(mechanisms.begin(), mechanisms.end(), "PLAIN") == mechanisms.end()) return secrets;
  const auto plain = base64::encode(SaslPlain{credentials}.respond({}));
  for (std::size_t at = 0; at < plain.size(); at += sasl_chunk) {
    secrets.add(std::string_view{plain}.substr(at, sasl_chunk));
  }
  return secrets;
}

/// Services may repeat to us what we said, and others relay it. What strangers say in a channel is
/// left as it is: it would show them when they have guessed a secret.
bool Session::may_echo(const Line& line) const {
  if (line.command == "NOTICE") return !isupport_.is_channel(line.param(0));
  return line.command == "PRIVMSG" && isupport_.same(line.nick(), nick());
}

}  // namespace tubes::irc
