#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <tubes/bridge/config.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/tests/support/certificate.hpp>
#include <tubes/tests/support/temp_folder.hpp>

namespace tubes::bridge {
namespace {

using test::Certificate;

const std::string pin_a(64, 'a'), pin_b(64, 'b');

/// A configuration with one network at these servers, with these members beside.
std::string text_with(const std::string& server, const std::string& members = "") {
  return R"({"bus": "memory://x", "networks": {"net": {"nick": "bot", "server": )" + server +
         (members.empty() ? "" : ", " + members) + "}}}";
}

NetworkConfig network_with(const std::string& server, const std::string& members = "") {
  return parse_config("bridge.json", text_with(server, members)).networks.at(0);
}

Trust trust_with(const std::string& tls) {
  return network_with(R"("ircs://h")", "\"tls\": " + tls).trust;
}

std::string refusal(const std::string& server, const std::string& members = "") {
  try {
    network_with(server, members);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::invalid_config);
    return error.what();
  }
  return "nothing was refused";
}

/// Of members of tls, without the place that all begin with.
std::string tls_refusal(const std::string& tls) {
  const std::string place = "bridge.json: networks.net.tls";
  const auto text = refusal(R"("ircs://h")", "\"tls\": " + tls);
  CHECK(text.substr(0, place.size()) == place);
  return text.substr(std::min(text.size(), place.size()));
}

/// What --check-config says, up to the nick.
std::string description(const std::string& server, const std::string& members = "") {
  const auto text = describe(parse_config("bridge.json", text_with(server, members)));
  const auto begin = text.find("network net: ");
  return text.substr(begin, text.find("\n  nick ") - begin);
}

TEST_CASE("a server is a URL, or a list of them in their order") {
  CHECK(network_with(R"("irc://h")").servers == std::vector<Endpoint>{{"h", 6667, false}});
  CHECK(network_with(R"(["ircs://a", "irc://b:7000", "ircs://[::1]"])").servers ==
        std::vector<Endpoint>{{"a", 6697, true}, {"b", 7000, false}, {"::1", 6697, true}});
}

TEST_CASE("what is no server is refused with its place") {
  const std::string place = "bridge.json: networks.net.server";
  for (const auto& [server, why] : std::vector<std::pair<const char*, const char*>>{
           {"[]", ": expected a URL, or a list with at least one"},
           {R"(["irc://h", 7])", ".1: expected a string, found a number"},
           {R"(["irc://h", ""])", ".1: this is no server URL; expected ircs://"},
           {R"(["irc://h", "ircs://h/#a"])", ".1: channels stand in the URL"},
           {"7", ": expected a string, found a number"},
           {R"("")", ": expected a string, found an empty one"}}) {
    CHECK(refusal(server).find(place + why) == 0);
  }
}

TEST_CASE("certificates are not verified only where insecure says so") {
  CHECK(network_with(R"("ircs://h")").trust.verify);
  CHECK(trust_with("{}").verify);
  CHECK(trust_with(R"({"insecure": false})").verify);
  CHECK_FALSE(trust_with(R"({"insecure": true})").verify);
}

TEST_CASE("fingerprints are read in any form") {
  CHECK(trust_with(R"({"fingerprints": [")" + std::string(64, 'A') + "\", \"" + pin_b + "\"]}")
            .fingerprints == std::vector<std::string>{pin_a, pin_b});
}

TEST_CASE("what makes no sense under tls is refused with its place") {
  for (const auto& [tls, why] : std::vector<std::pair<std::string, const char*>>{
           {R"({"verify": false})",
            ".verify: unknown key; known here are ca_file, insecure, fingerprints, certificate, "
            "key"},
           {R"({"fingerprints": []})", ".fingerprints: expected at least one fingerprint"},
           {R"({"fingerprints": "aa"})", ".fingerprints: expected a list of strings"},
           {R"({"fingerprints": ["aa:bb"]})",
            ".fingerprints.0: expected a SHA-256 fingerprint, 64 hexadecimal digits with or "
            "without colons, found \"aa:bb\""},
           {R"({"insecure": true, "fingerprints": [")" + pin_a + "\"]}",
            ".fingerprints: insecure is true, which accepts any certificate; use only one"},
           {R"({"ca_file": "/nowhere/ca.pem"})",
            ".ca_file: cannot read certificates from /nowhere/ca.pem ("},
           {R"({"certificate": "/nowhere/bot.pem"})",
            ".certificate: expected its key under \"key\" beside it"},
           {R"({"key": "/nowhere/bot.key"})",
            ".key: expected its certificate under \"certificate\" beside it"},
           {R"({"certificate": "/nowhere/bot.pem", "key": "/nowhere/bot.key"})",
            ".certificate: cannot read a certificate from /nowhere/bot.pem ("}}) {
    CAPTURE(tls);
    CHECK(tls_refusal(tls).find(why) == 0);
  }
}

TEST_CASE("tls without any server that has it is refused") {
  const std::string why = "bridge.json: networks.net.tls: no URL under \"server\" is ircs://";
  CHECK(refusal(R"("irc://h")", R"("tls": {})").find(why) == 0);
  CHECK(refusal(R"(["irc://h", "irc://i"])", R"("tls": {})").find(why) == 0);
  CHECK_FALSE(
      network_with(R"(["irc://h", "ircs://i"])", R"("tls": {"insecure": true})").trust.verify);
}

std::string write_ed25519_key(const std::string& file) {
  EVP_PKEY* const key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  BIO* const out = BIO_new_file(file.c_str(), "w");
  PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  BIO_free(out);
  EVP_PKEY_free(key);
  return file;
}

struct ClientFiles {
  test::TempFolder folder;
  Certificate::Files own = Certificate::self_signed("DNS:bot").write(folder.path(), "bot");

  static std::string tls(const std::string& certificate, const std::string& key) {
    return R"({"certificate": ")" + certificate + R"(", "key": ")" + key + "\"}";
  }
};

TEST_CASE_FIXTURE(ClientFiles, "a client certificate is taken with its key") {
  const auto trust = trust_with(tls(own.certificate, own.key));
  CHECK(trust.certificate == own.certificate);
  CHECK(trust.key == own.key);
}

TEST_CASE_FIXTURE(ClientFiles,
                  "a key that is not there, not the certificate's or locked is refused") {
  const auto other = Certificate::self_signed("DNS:bot").write(folder.path(), "other");
  const auto locked = Certificate::self_signed("DNS:bot")
                          .with_passphrase("secret")
                          .write(folder.path(), "locked")
                          .key;
  const auto of_another_kind = write_ed25519_key(folder.path() / "ed25519.key");
  for (const auto& key :
       {std::string{"/nowhere/bot.key"}, other.key, of_another_kind, own.certificate, locked}) {
    CAPTURE(key);
    const auto text = tls_refusal(tls(own.certificate, key));
    CHECK(text.find(".key: cannot read the certificate's key from " + key + " (") == 0);
    CHECK(text.ends_with("); is it a PEM file without a passphrase, and that certificate's?"));
  }
}

TEST_CASE("a description says how each server is trusted") {
  const std::string one = R"("ircs://h")";
  CHECK(description(R"("irc://h")") == "network net: h:6667, without TLS");
  CHECK(description(one) == "network net: h:6697, TLS, verified by the system's roots");
  CHECK(description(one, R"("tls": {"insecure": true})") ==
        "network net: h:6697, TLS, certificate NOT verified");
  CHECK(description(one, R"("tls": {"fingerprints": [")" + pin_a + "\"]}") ==
        "network net: h:6697, TLS, verified by the fingerprint " + pin_a);
  CHECK(description(R"(["ircs://h", "irc://i"])",
                    R"("tls": {"fingerprints": [")" + pin_a + "\", \"" + pin_b + "\"]}") ==
        "network net: h:6697, TLS, verified by one of 2 fingerprints\n  or i:6667, without TLS");
}

TEST_CASE_FIXTURE(ClientFiles, "a description names the files of certificates") {
  CHECK(description(R"("ircs://h")", R"("tls": {"ca_file": ")" + own.certificate +
                                         R"(", "certificate": ")" + own.certificate +
                                         R"(", "key": ")" + own.key + "\"}") ==
        "network net: h:6697, TLS, verified by " + own.certificate +
            ", with the client certificate " + own.certificate);
}

}  // namespace
}  // namespace tubes::bridge
