#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tubes::irc {

/// What we prove to be. All of it but the account is secret, and in no text of an error.
struct SaslCredentials {
  std::string account;
  std::string password;
  std::string ecdsa_key;  ///< PEM, of a key on the curve NIST P-256

  bool operator==(const SaslCredentials&) const = default;
};

/// The client's side of one SASL mechanism (RFC 4422), for one login: challenges in, responses
/// out, as bytes. No I/O.
class SaslMechanism {
 public:
  SaslMechanism() = default;
  SaslMechanism(const SaslMechanism&) = delete;
  SaslMechanism& operator=(const SaslMechanism&) = delete;
  virtual ~SaslMechanism() = default;

  /// The response to a challenge; IRC's first one is empty. Throws Error{refused} for one that the
  /// mechanism does not allow: then the server is not what it says, and nothing more may be said.
  virtual std::string respond(std::string_view challenge) = 0;

  /// Whether the server may say now that we are logged in: where it has to prove something to us,
  /// only after that.
  virtual bool satisfied() const noexcept { return true; }

  /// Whether the server has what it needs to say that the password is wrong. If it then refuses us,
  /// another mechanism with the same password is of no use.
  virtual bool password_tested() const noexcept { return false; }
};

/// A mechanism that we know, and what it needs.
struct SaslKind {
  std::string_view name;  ///< as in IANA's registry
  bool password;          ///< credentials.password
  bool key;               ///< credentials.ecdsa_key
  bool certificate;       ///< a client certificate of the connection
  bool clear;             ///< whoever can read the connection learns the password
  /// Throws Error{refused}, without the secret, for credentials that cannot be used.
  std::unique_ptr<SaslMechanism> (*make)(const SaslCredentials&);
};

/// Nothing for a name that we do not know.
const SaslKind* sasl_kind(std::string_view name) noexcept;

/// All the names, for an error: "EXTERNAL, …".
std::string sasl_names();

}  // namespace tubes::irc
