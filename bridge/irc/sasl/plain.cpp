#include <utility>

#include <tubes/bridge/irc/sasl/plain.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

void require_plain_field(const std::string& field, const std::string& which) {
  if (field.empty()) throw Error(ErrorCode::refused, "PLAIN: the " + which + " is empty");
  if (field.find('\0') != field.npos) {
    throw Error(ErrorCode::refused, "PLAIN: the " + which + " holds NUL");
  }
}

}  // namespace

/// authzid NUL authcid NUL passwd. The first says whom to be, services take it for the same
/// account, and some want to see it.
SaslPlain::SaslPlain(const SaslCredentials& credentials) {
  require_plain_field(credentials.account, "account");
  require_plain_field(credentials.password, "password");
  for (const auto* field : {&credentials.account, &credentials.account, &credentials.password}) {
    if (!message_.empty()) message_ += '\0';
    message_ += *field;
  }
}

std::string SaslPlain::respond(std::string_view challenge) {
  if (!challenge.empty() || std::exchange(said_, true)) {
    throw Error(ErrorCode::refused, "the server asks what PLAIN does not answer");
  }
  return message_;
}

}  // namespace tubes::irc
