#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tubes/bridge/irc/capabilities.hpp>
#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc/line.hpp>
#include <tubes/bridge/irc/nickserv.hpp>
#include <tubes/bridge/irc/sasl/login.hpp>
#include <tubes/bridge/irc/secrets.hpp>
#include <tubes/bridge/irc/time.hpp>

namespace tubes::irc {

struct LoginOptions {
  std::string nick;  ///< the one wanted
  std::optional<SaslOptions> sasl;
  std::optional<NickservOptions> nickserv;   ///< where SASL did not log us in
  std::chrono::seconds sasl_timeout{20};     ///< for all mechanisms together
  std::chrono::seconds nickserv_timeout{5};  ///< then channels are joined without its answer

  bool operator==(const LoginOptions&) const = default;
};

/// From the first line to the services account: what the server can do (capabilities.hpp), SASL
/// before it lets us in (sasl/), NickServ after. Lines and time in, lines and words out. After each
/// call take() the output.
class Login {
 public:
  struct Output {
    std::string bytes;                  ///< to be sent
    std::vector<std::string> warnings;  ///< printable
    std::optional<std::string> end;     ///< the connection must be given up, for this reason
    std::optional<std::string> sts;     ///< the value of a capability `sts` just offered
  };

  /// Throws Error{refused}, without a secret, if an option fits no line.
  explicit Login(LoginOptions options);

  /// For a new connection: asks what the server can do.
  void begin();
  /// Hears a line of the server; whether it was about the login and nothing else.
  bool hear(Time now, const Line& line, const Isupport& isupport);
  /// The server lets us in: what has not logged us in by now never will.
  void let_in();
  /// And calls us this: time for NickServ, if need be.
  void identify(Time now, std::string_view nick);
  void tick(Time now);

  /// When to call tick().
  std::optional<Time> deadline() const;
  /// NickServ was told and has not answered: channels may be for those alone who are logged in.
  bool awaits_nickserv() const noexcept { return nickserv_deadline_.has_value(); }

  const CapabilityNegotiation& capabilities() const noexcept { return capabilities_; }
  Output take() { return std::exchange(output_, {}); }

 private:
  struct Handlers;  // what each command and numeric does

  /// Goes on as far as the server has answered.
  void advance(Time now);
  /// Tells of a login that failed, once; gives up if there must be one.
  void end();
  void warn(std::string what) { output_.warnings.push_back(std::move(what)); }
  void identified();

  const LoginOptions options_;
  CapabilityNegotiation capabilities_;
  SaslLogin sasl_;
  Time sasl_deadline_{0};
  std::optional<Time> nickserv_deadline_;
  bool let_in_ = false;
  bool logged_in_ = false;
  bool told_ = false;  ///< that it failed
  /// A proof costs us time: no server makes us compute it again and again, taking SASL away and
  /// bringing it back.
  static constexpr unsigned most_tries = 5;
  unsigned tries_ = 0;
  Output output_;
};

/// What these options say that nobody must read in a log.
Secrets secrets_of(const LoginOptions& options);

}  // namespace tubes::irc
