#include <utility>

#include <tubes/bridge/irc/sasl/external.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {

std::string SaslExternal::respond(std::string_view challenge) {
  if (!challenge.empty() || std::exchange(said_, true)) {
    throw Error(ErrorCode::refused, "the server asks what EXTERNAL does not answer");
  }
  return account_;
}

}  // namespace tubes::irc
