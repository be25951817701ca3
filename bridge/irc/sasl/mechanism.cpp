#include <algorithm>
#include <array>

#include <tubes/bridge/irc/sasl/ecdsa.hpp>
#include <tubes/bridge/irc/sasl/external.hpp>
#include <tubes/bridge/irc/sasl/mechanism.hpp>
#include <tubes/bridge/irc/sasl/plain.hpp>
#include <tubes/bridge/irc/sasl/scram.hpp>

namespace tubes::irc {
namespace {

template <class Mechanism>
std::unique_ptr<SaslMechanism> make_sasl(const SaslCredentials& credentials) {
  return std::make_unique<Mechanism>(credentials);
}

const std::array<SaslKind, 4> sasl_kinds = {{
    {"EXTERNAL", false, false, true, false, make_sasl<SaslExternal>},
    {"ECDSA-NIST256P-CHALLENGE", false, true, false, false, make_sasl<SaslEcdsa>},
    {"SCRAM-SHA-256", true, false, false, false, make_sasl<SaslScram>},
    {"PLAIN", true, false, false, true, make_sasl<SaslPlain>},
}};

}  // namespace

const SaslKind* sasl_kind(std::string_view name) noexcept {
  const auto found = std::find_if(sasl_kinds.begin(), sasl_kinds.end(),
                                  [&](const SaslKind& kind) { return kind.name == name; });
  return found == sasl_kinds.end() ? nullptr : &*found;
}

std::string sasl_names() {
  std::string names;
  for (const auto& kind : sasl_kinds) names.append(names.empty() ? "" : ", ").append(kind.name);
  return names;
}

}  // namespace tubes::irc
