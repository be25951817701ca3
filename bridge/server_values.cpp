#include <algorithm>
#include <string>

#include <tubes/bridge/fingerprint.hpp>
#include <tubes/bridge/server_url.hpp>
#include <tubes/bridge/server_values.hpp>
#include <tubes/bridge/tls.hpp>

namespace tubes::bridge {
namespace {

using config::Place;
using config::placed;
using config::StrictObject;

Endpoint read_server(const Place& place, const std::string& url) {
  auto server = placed(place, [&] { return ServerUrl::parse(url); });
  if (!server.channels.empty()) {
    place.refuse("channels stand in the URL; list them under \"channels\"");
  }
  return server.endpoint;
}

std::vector<std::string> read_fingerprints(StrictObject& tls) {
  auto all = tls.strings("fingerprints");
  const auto place = tls.at("fingerprints");
  if (all.empty() && tls.has("fingerprints")) place.refuse("expected at least one fingerprint");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto fingerprint = parse_fingerprint(all[i]);
    if (!fingerprint) {
      place.at(std::to_string(i))
          .refuse(
              "expected a SHA-256 fingerprint, 64 hexadecimal digits with or without colons, "
              "found \"" +
              all[i] + "\"");
    }
    all[i] = *fingerprint;
  }
  return all;
}

void read_client_certificate(StrictObject& tls, Trust& trust) {
  const auto certificate = tls.string("certificate"), key = tls.string("key");
  if (!certificate && !key) return;
  if (!key) tls.at("certificate").refuse("expected its key under \"key\" beside it");
  if (!certificate)
    tls.at("key").refuse("expected its certificate under \"certificate\" beside it");
  placed(tls.at("certificate"), [&] { require_certificate(*certificate); });
  placed(tls.at("key"), [&] { require_key(*certificate, *key); });
  trust.certificate = *certificate;
  trust.key = *key;
}

}  // namespace

std::vector<Endpoint> read_servers(StrictObject& network) {
  const auto place = network.at("server");
  const auto* const value = network.value("server");
  if (value == nullptr || !value->is_array()) {
    return {read_server(place, network.required_string("server"))};
  }
  std::vector<Endpoint> servers;
  for (const auto& url : network.strings("server")) {
    servers.push_back(read_server(place.at(std::to_string(servers.size())), url));
  }
  if (servers.empty()) place.refuse("expected a URL, or a list with at least one");
  return servers;
}

Trust read_trust(StrictObject& network, const std::vector<Endpoint>& servers) {
  Trust trust;
  auto tls = network.object("tls");
  if (!tls) return trust;
  if (std::ranges::none_of(servers, &Endpoint::tls)) {
    tls->place().refuse("no URL under \"server\" is ircs://, with TLS");
  }
  if (const auto file = tls->string("ca_file")) {
    placed(tls->at("ca_file"), [&] { require_roots(*file); });
    trust.ca_file = *file;
  }
  trust.verify = !tls->boolean("insecure").value_or(false);
  trust.fingerprints = read_fingerprints(*tls);
  if (!trust.verify && !trust.fingerprints.empty()) {
    tls->at("fingerprints").refuse("insecure is true, which accepts any certificate; use only one");
  }
  read_client_certificate(*tls, trust);
  tls->finish();
  return trust;
}

}  // namespace tubes::bridge
