#include <algorithm>
#include <unordered_map>

#include <tubes/bridge/irc/login.hpp>
#include <tubes/bridge/irc/sasl/plain.hpp>
#include <tubes/bridge/irc/text.hpp>
#include <tubes/proto/text/base64.hpp>

namespace tubes::irc {

/// IRCv3: capability negotiation, sasl-3.2; the numerics 900 to 908 of the latter. A handler
/// returns whether the line was about the login and nothing else.
struct Login::Handlers {
  using Handler = bool (*)(Login&, Time, const Line&, const Isupport&);

  static const std::unordered_map<std::string_view, Handler>& table();

  static bool capabilities(Login& l, Time now, const Line& line, const Isupport&) {
    l.output_.bytes += l.capabilities_.answer(line);
    if (auto value = l.capabilities_.take_sts()) l.output_.sts = std::move(value);
    if (line.param(1) == "DEL" && !l.capabilities_.has("sasl")) l.sasl_.withdrawn();
    l.advance(now);
    return true;
  }

  static bool unknown_command(Login& l, Time now, const Line& line, const Isupport&) {
    if (line.param(1) == "AUTHENTICATE" && l.sasl_.running()) {
      l.sasl_.abort("the server knows no AUTHENTICATE");
    } else if (line.param(1) == "CAP") {
      l.capabilities_.over();  // a server from before IRCv3
    } else {
      return false;
    }
    l.advance(now);
    return true;
  }

  static bool sasl_reply(Login& l, Time now, const Line& line, const Isupport&) {
    const bool running = l.sasl_.running();
    l.output_.bytes += l.sasl_.hear(line);
    if (running && l.sasl_.state() == SaslLogin::State::succeeded) l.identified();
    l.advance(now);
    return true;
  }

  /// While SASL runs its own end tells, which a server's proof may belong to.
  static bool logged_in(Login& l, Time, const Line&, const Isupport&) {
    if (!l.sasl_.running()) l.identified();
    return true;
  }

  static bool logged_out(Login& l, Time, const Line&, const Isupport&) {
    l.logged_in_ = false;
    return true;
  }

  static bool notice(Login& l, Time, const Line& line, const Isupport& isupport) {
    if (!l.nickserv_deadline_ || !answers_identify(isupport, line)) return false;
    if (says_no(line)) l.warn("NickServ did not log us in: " + printable(line.param(1)));
    l.nickserv_deadline_.reset();
    return false;
  }

  static bool no_such_nick(Login& l, Time, const Line& line, const Isupport& isupport) {
    if (is_nickserv(isupport, line.param(1))) l.nickserv_deadline_.reset();
    return false;
  }
};

const std::unordered_map<std::string_view, Login::Handlers::Handler>& Login::Handlers::table() {
  static const std::unordered_map<std::string_view, Handler> handlers = {
      {"CAP", capabilities}, {"421", unknown_command}, {"AUTHENTICATE", sasl_reply},
      {"900", logged_in},    {"901", logged_out},      {"902", sasl_reply},
      {"903", sasl_reply},   {"904", sasl_reply},      {"905", sasl_reply},
      {"906", sasl_reply},   {"907", sasl_reply},      {"908", sasl_reply},
      {"NOTICE", notice},    {"401", no_such_nick},    {"440", no_such_nick},
  };
  return handlers;
}

Login::Login(LoginOptions options)
    : options_(std::move(options)),
      capabilities_(options_.sasl.has_value()),
      sasl_(options_.sasl.value_or(SaslOptions{})) {
  if (options_.nickserv) identify_line(*options_.nickserv, "", options_.nick);
}

void Login::begin() {
  sasl_.reset();
  nickserv_deadline_.reset();
  let_in_ = logged_in_ = told_ = false;
  tries_ = 0;
  output_ = {};
  output_.bytes = capabilities_.begin();
}

bool Login::hear(Time now, const Line& line, const Isupport& isupport) {
  const auto handler = Handlers::table().find(line.command);
  return handler != Handlers::table().end() && handler->second(*this, now, line, isupport);
}

void Login::advance(Time now) {
  if (output_.end || !capabilities_.settled()) return;
  const bool may_try = !logged_in_ && tries_ < most_tries;
  if (may_try && capabilities_.has("sasl") && sasl_.state() == SaslLogin::State::idle) {
    ++tries_;
    output_.bytes += sasl_.begin(capabilities_.value("sasl"));
    sasl_deadline_ = now + options_.sasl_timeout;
    told_ = false;
  }
  if (sasl_.running()) return;
  end();
  if (!output_.end) output_.bytes += capabilities_.end();
}

void Login::let_in() {
  capabilities_.over();
  sasl_.abort("the server let us in before the login was over");
  end();
  let_in_ = true;
}

void Login::identify(Time now, std::string_view nick) {
  if (!options_.nickserv || logged_in_) return;
  output_.bytes += identify_line(*options_.nickserv, nick, options_.nick);
  nickserv_deadline_ = now + options_.nickserv_timeout;
}

void Login::tick(Time now) {
  if (sasl_.running() && now >= sasl_deadline_) {
    output_.bytes += sasl_.abort("the server did not answer within " +
                                 std::to_string(options_.sasl_timeout.count()) + " s");
    advance(now);
  }
  if (nickserv_deadline_ && now >= *nickserv_deadline_) {
    nickserv_deadline_.reset();
    warn("NickServ has not said within " + std::to_string(options_.nickserv_timeout.count()) +
         " s that it logged us in; going on");
  }
}

std::optional<Time> Login::deadline() const {
  if (!sasl_.running()) return nickserv_deadline_;
  return std::min(sasl_deadline_, nickserv_deadline_.value_or(sasl_deadline_));
}

void Login::end() {
  if (!options_.sasl) return;
  const bool broken = sasl_.state() == SaslLogin::State::broken;
  const bool done = sasl_.state() == SaslLogin::State::succeeded || logged_in_;
  if (done && !broken) return;
  if (std::exchange(told_, true)) return;
  const bool tried_often = tries_ == most_tries && sasl_.state() == SaslLogin::State::idle;
  const auto& account = options_.sasl->credentials.account;
  const auto text = "cannot log in" + (account.empty() ? "" : " to the account " + account) + ": " +
                    (tried_often           ? "the server makes us begin too often"
                     : sasl_.why().empty() ? "the server offers no SASL"
                                           : sasl_.why());
  if (broken) {
    output_.end = text;
  } else if (!options_.sasl->required || let_in_) {
    warn(text);
  } else {
    output_.end = text + "; check the network's sasl in the configuration";
  }
}

void Login::identified() {
  logged_in_ = true;
  nickserv_deadline_.reset();
}

/// PLAIN's lines are the password, too.
Secrets secrets_of(const LoginOptions& options) {
  Secrets secrets;
  if (options.nickserv) secrets.add(options.nickserv->password);
  if (!options.sasl) return secrets;
  const auto& mechanisms = options.sasl->mechanisms;
  const auto& credentials = options.sasl->credentials;
  secrets.add(credentials.password);
  if (std::find(mechanisms.begin(), mechanisms.end(), "PLAIN") == mechanisms.end()) return secrets;
  const auto plain = base64::encode(SaslPlain{credentials}.respond({}));
  for (std::size_t at = 0; at < plain.size(); at += sasl_chunk) {
    secrets.add(std::string_view{plain}.substr(at, sasl_chunk));
  }
  return secrets;
}

}  // namespace tubes::irc
