#pragma once

#include <memory>

#include <tubes/bridge/irc/sasl/mechanism.hpp>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace tubes::irc {

/// ECDSA-NIST256P-CHALLENGE, as Atheme has it: we name the account, the server sends 32 random
/// bytes, and we sign them, taken for a digest, with a key whose public half the account has.
class SaslEcdsa final : public SaslMechanism {
 public:
  /// Throws Error{refused} if the account is empty, or if the key is none of NIST P-256 in PEM. A
  /// key that is encrypted is refused: nobody is asked for its password.
  explicit SaslEcdsa(const SaslCredentials& credentials);

  std::string respond(std::string_view challenge) override;

 private:
  enum class Step { start, named, signed_ };

  std::string signature_of(std::string_view challenge) const;

  std::string account_;
  std::unique_ptr<evp_pkey_st, void (*)(evp_pkey_st*)> key_;
  Step step_ = Step::start;
};

}  // namespace tubes::irc
