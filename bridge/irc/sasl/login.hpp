#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bridge/irc/line.hpp>
#include <tubes/bridge/irc/sasl/chunks.hpp>
#include <tubes/bridge/irc/sasl/mechanism.hpp>

namespace tubes::irc {

struct SaslOptions {
  std::vector<std::string> mechanisms;  ///< in the order in which to try them
  SaslCredentials credentials;
  bool required = true;   ///< a connection without this login is given up
  bool insecure = false;  ///< the password may go where others can read along

  bool operator==(const SaslOptions&) const = default;
};

/// The login to one server (IRCv3 sasl-3.1 and 3.2): chooses a mechanism, and goes on to the next
/// when the server refuses it. Lines in, lines out; no I/O and no time.
class SaslLogin {
 public:
  enum class State {
    idle,       ///< not begun, or the server took SASL away
    running,    ///< what comes from the server goes to hear()
    succeeded,  ///< and the server proved what it had to
    failed,     ///< no mechanism was accepted
    broken      ///< the server broke the rules: not to be trusted, nor to be talked to
  };

  /// Without mechanisms it is never to be begun. Throws Error{refused}, without a secret, if one is
  /// unknown or the credentials do not suit it.
  explicit SaslLogin(SaslOptions options);

  /// Forgets everything, for a new connection.
  void reset();

  /// Begins; returns what to send. `offered` is the value of the capability, "PLAIN,EXTERNAL"; ""
  /// if the server does not say: then the first is tried, and 908 tells what there is.
  std::string begin(std::string_view offered);

  /// Takes AUTHENTICATE and the numerics 902 to 908; returns what to send.
  std::string hear(const Line& line);

  /// Ends it without success while it runs; returns what to send.
  std::string abort(std::string why);
  /// The server no longer has SASL. It may begin anew when it has it again.
  void withdrawn();

  State state() const noexcept { return state_; }
  bool running() const noexcept { return state_ == State::running; }
  /// Why it failed or broke, printable; "" otherwise.
  const std::string& why() const noexcept { return why_; }

 private:
  std::string try_next();
  std::string challenged(std::string_view chunk);
  std::string refused(const Line& line);
  void accepted();
  void end(State state, std::string why);
  bool is_offered(std::string_view name) const;
  bool is_sensible(const std::string& name) const;

  const SaslOptions options_;
  State state_ = State::idle;
  std::string why_;
  std::string offered_;          ///< a comma list; "" is unknown
  std::size_t tried_ = 0;        ///< of options_.mechanisms
  std::string name_;             ///< of the mechanism that runs
  bool password_wrong_ = false;  ///< so says the server
  std::unique_ptr<SaslMechanism> mechanism_;
  ChallengeReader challenge_;
};

}  // namespace tubes::irc
