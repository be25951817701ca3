#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include <tubes/bridge/irc/sasl/ecdsa.hpp>
#include <tubes/bridge/login_config.hpp>
#include <tubes/config/secret.hpp>

namespace tubes::bridge {
namespace {

using config::Place;
using config::placed;
using config::StrictObject;

/// There nobody else reads along.
bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == host.npos);
}

/// How a network's servers are talked to.
struct Protection {
  const std::vector<Endpoint>& servers;
  const Trust& trust;

  bool shows_certificate() const {
    return !trust.certificate.empty() && std::ranges::all_of(servers, &Endpoint::tls);
  }
  void require_unread(const Place& place, bool insecure, const std::string& what) const {
    if (insecure) return;
    for (const auto& server : servers) {
      if (is_loopback(server.host)) continue;
      if (!server.tls)
        place.refuse(what +
                     " would send the password in clear over irc://; use ircs://, or say "
                     "\"insecure\": true to have it so");
      if (!trust.verify)
        place.refuse(what +
                     " would send the password to whoever answers, for tls.insecure verifies "
                     "nobody; pin the certificate under tls.fingerprints, or say \"insecure\": "
                     "true to have it so");
    }
  }
};

std::string comma_separated(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

/// What to try where the configuration does not say: whatever it has the credentials for.
std::vector<std::string> usual_mechanisms(const irc::SaslCredentials& credentials,
                                          bool has_certificate) {
  std::vector<std::string> names;
  if (has_certificate) names.emplace_back("EXTERNAL");
  if (!credentials.ecdsa_key.empty()) names.emplace_back("ECDSA-NIST256P-CHALLENGE");
  if (!credentials.password.empty()) {
    names.emplace_back("SCRAM-SHA-256");
    names.emplace_back("PLAIN");
  }
  return names;
}

void require_credentials(const Place& place, const irc::SaslKind& kind,
                         const irc::SaslCredentials& credentials, const Protection& protection,
                         bool insecure) {
  const std::string name{kind.name};
  if (kind.password && credentials.password.empty()) {
    place.refuse(name + " needs a password, password_env or password_file");
  }
  if (kind.key && credentials.ecdsa_key.empty()) place.refuse(name + " needs an ecdsa_key");
  if (kind.certificate && !protection.shows_certificate()) {
    place.refuse(name +
                 " shows a client certificate: it needs tls.certificate and tls.key, and "
                 "only ircs:// servers");
  }
  if (kind.clear) protection.require_unread(place, insecure, name);
}

void require_mechanisms(const StrictObject& sasl, const irc::SaslOptions& options,
                        const Protection& protection, bool insecure) {
  for (const auto& name : options.mechanisms) {
    const auto* const kind = irc::sasl_kind(name);
    if (kind == nullptr) {
      sasl.at("mechanisms")
          .refuse("unknown mechanism \"" + name + "\"; known are " + irc::sasl_names());
    }
    require_credentials(sasl.place(), *kind, options.credentials, protection, insecure);
  }
  placed(sasl.place(), [&] { irc::SaslLogin{options}; });
}

std::string read_key_file(StrictObject& sasl) {
  const auto file = sasl.string("ecdsa_key");
  if (!file) return {};
  const auto place = sasl.at("ecdsa_key");
  std::ifstream stream(*file);
  std::stringstream text;
  if (!stream || !(text << stream.rdbuf())) place.refuse("cannot read a key from " + *file);
  placed(place, [&] { irc::SaslEcdsa{{"account", "", text.str()}}; });
  return text.str();
}

irc::SaslOptions read_sasl(StrictObject& sasl, const Protection& protection,
                           const std::string& nick, bool has_fallback) {
  irc::SaslOptions options;
  options.mechanisms = sasl.strings("mechanisms");
  const auto account = sasl.string("account");
  options.credentials.password = config::read_secret(sasl, "password");
  options.credentials.ecdsa_key = read_key_file(sasl);
  const auto required = sasl.boolean("required");
  options.insecure = sasl.boolean("insecure").value_or(false);
  sasl.finish();
  if (!sasl.has("mechanisms")) {
    options.mechanisms = usual_mechanisms(options.credentials, protection.shows_certificate());
    if (options.mechanisms.empty()) {
      sasl.place().refuse(
          "expected a password, password_env, password_file or ecdsa_key, or the network's "
          "tls.certificate");
    }
  }
  if (options.mechanisms.empty()) {
    sasl.at("mechanisms").refuse("expected at least one of " + irc::sasl_names());
  }
  const bool only_external =
      std::ranges::all_of(options.mechanisms, [](const auto& name) { return name == "EXTERNAL"; });
  options.credentials.account = account.value_or(only_external ? "" : nick);
  options.required = required.value_or(!has_fallback);
  if (options.required && has_fallback) {
    sasl.at("required").refuse("nickserv is for a login without SASL, which this rules out");
  }
  require_mechanisms(sasl, options, protection, options.insecure);
  return options;
}

irc::NickservOptions read_nickserv(StrictObject& nickserv, const Protection& protection,
                                   const std::string& nick) {
  irc::NickservOptions options;
  options.password = config::read_secret(nickserv, "password");
  options.account = nickserv.string("account").value_or("");
  options.insecure = nickserv.boolean("insecure").value_or(false);
  nickserv.finish();
  if (options.password.empty()) {
    nickserv.place().refuse("expected a password, password_env or password_file");
  }
  protection.require_unread(nickserv.place(), options.insecure, "NickServ");
  placed(nickserv.place(), [&] { return irc::identify_line(options, "", nick); });
  return options;
}

}  // namespace

void read_login(StrictObject& network, const std::vector<Endpoint>& servers, const Trust& trust,
                irc::SessionOptions& options) {
  const Protection protection{servers, trust};
  if (auto nickserv = network.object("nickserv")) {
    options.nickserv = read_nickserv(*nickserv, protection, options.nick);
  }
  if (auto sasl = network.object("sasl")) {
    options.sasl = read_sasl(*sasl, protection, options.nick, options.nickserv.has_value());
  }
}

std::string described_login(const irc::SessionOptions& options) {
  constexpr auto* insecure = "; insecure: the password may be read on its way";
  std::string text;
  if (const auto& sasl = options.sasl) {
    const auto& account = sasl->credentials.account;
    text += "\n  sasl: " + comma_separated(sasl->mechanisms) + "; account " +
            (account.empty() ? "of the certificate" : account) +
            (sasl->required ? "; required" : "; goes on without") +
            (sasl->insecure ? insecure : "");
  }
  if (const auto& nickserv = options.nickserv) {
    const auto& account = nickserv->account;
    text += "\n  nickserv: account " + (account.empty() ? options.nick : account) +
            (nickserv->insecure ? insecure : "");
  }
  return text;
}

}  // namespace tubes::bridge
