#pragma once

#include <tubes/bridge/irc/sasl/mechanism.hpp>

namespace tubes::irc {

/// PLAIN (RFC 4616): the password itself, so only for a connection that nobody else can read.
class SaslPlain final : public SaslMechanism {
 public:
  /// Throws Error{refused} if account or password is empty or holds NUL.
  explicit SaslPlain(const SaslCredentials& credentials);

  std::string respond(std::string_view challenge) override;
  bool password_tested() const noexcept override { return said_; }

 private:
  std::string message_;
  bool said_ = false;
};

}  // namespace tubes::irc
