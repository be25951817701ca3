#include <algorithm>

#include <tubes/bridge/irc/secrets.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {
constexpr std::string_view veil = "***";
}

void Secrets::add(std::string_view secret) {
  if (secret.empty()) return;
  secrets_.emplace_back(secret);
  secrets_.push_back(printable(secret));
  // One may be the start of another, whose rest would then be seen.
  std::sort(secrets_.begin(), secrets_.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::string Secrets::hidden(std::string text) const {
  for (const auto& secret : secrets_) {
    for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at + veil.size())) {
      text.replace(at, secret.size(), veil);
    }
  }
  return text;
}

std::string Secrets::excerpt(std::string_view text, std::size_t bytes) const {
  return printable(hidden(std::string{text}).substr(0, bytes));
}

}  // namespace tubes::irc
