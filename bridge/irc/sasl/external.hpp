#pragma once

#include <tubes/bridge/irc/sasl/mechanism.hpp>

namespace tubes::irc {

/// EXTERNAL (RFC 4422, appendix A): the certificate that the TLS connection has shown is the proof.
/// Names the account if there is one; else the server takes it from the certificate.
class SaslExternal final : public SaslMechanism {
 public:
  explicit SaslExternal(const SaslCredentials& credentials) : account_(credentials.account) {}

  std::string respond(std::string_view challenge) override;

 private:
  std::string account_;
  bool said_ = false;
};

}  // namespace tubes::irc
