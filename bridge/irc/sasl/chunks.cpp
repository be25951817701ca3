#include <utility>

#include <tubes/bridge/irc/line.hpp>
#include <tubes/bridge/irc/sasl/chunks.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/proto/text/base64.hpp>

namespace tubes::irc {

std::string authenticate_lines(std::string_view response) {
  const auto text = base64::encode(response);
  std::string lines;
  for (std::string_view rest = text;;) {
    const auto chunk = rest.substr(0, sasl_chunk);
    rest.remove_prefix(chunk.size());
    lines += format_line("AUTHENTICATE", {chunk.empty() ? "+" : chunk});
    if (chunk.size() < sasl_chunk) return lines;
  }
}

std::optional<std::string> ChallengeReader::add(std::string_view chunk) {
  if (chunk != "+") text_ += chunk;
  if (chunk.size() > sasl_chunk || text_.size() > limit) {
    throw Error(ErrorCode::refused, "the server's challenge is too long");
  }
  if (chunk.size() == sasl_chunk) return std::nullopt;
  auto challenge = base64::decode(std::exchange(text_, {}));
  if (!challenge) throw Error(ErrorCode::refused, "the server's challenge is no base64");
  return challenge;
}

}  // namespace tubes::irc
