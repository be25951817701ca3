#pragma once

#include <string>
#include <string_view>

#include <tubes/bridge/irc/sasl/mechanism.hpp>

namespace tubes::irc {

/// SCRAM-SHA-256 (RFC 5802, 7677), without channel binding: the password is proved and never sent,
/// and the server has to prove that it knows it, too.
///
/// A password of ASCII is what SASLprep (RFC 4013) makes of it. Any other is taken as the UTF-8
/// that it is, without normalization (NFKC): as it is typed in most editors, and refused by the
/// server where it was set in another form.
class SaslScram final : public SaslMechanism {
 public:
  /// RFC 7677 4: fewer are not to be trusted. More would let a server keep our thread busy.
  static constexpr unsigned least_iterations = 4096, most_iterations = 1'000'000;

  /// Throws Error{refused} if account or password is empty, no UTF-8, or has control characters.
  /// `nonce` is printable ASCII without ',', new for each login.
  SaslScram(const SaslCredentials& credentials, std::string nonce);
  /// With a random nonce.
  explicit SaslScram(const SaslCredentials& credentials);

  std::string respond(std::string_view challenge) override;
  bool satisfied() const noexcept override { return step_ == Step::verified; }
  bool password_tested() const noexcept override {
    return step_ == Step::proved || step_ == Step::refused;
  }

 private:
  enum class Step { start, named, proved, verified, refused };

  std::string client_final(std::string_view server_first);
  void verify(std::string_view server_final);

  std::string password_, nonce_, client_first_bare_;
  std::string server_signature_;  ///< that only who knows the password can make
  Step step_ = Step::start;
};

}  // namespace tubes::irc
