#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <openssl/pem.h>

#include <tubes/bridge/fingerprint.hpp>
#include <tubes/tests/support/temp_folder.hpp>

#include "echo_server.hpp"

namespace tubes::bridge {
namespace {

using test::Certificate;
using namespace std::chrono_literals;

std::string fingerprint(const Certificate& certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text{
      BIO_new_mem_buf(certificate.certificate.data(),
                      static_cast<int>(certificate.certificate.size())),
      BIO_free};
  const std::unique_ptr<X509, decltype(&X509_free)> x509{
      PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), X509_free};
  return fingerprint_of(x509.get());
}

Trust pinned(const std::vector<Certificate>& certificates) {
  Trust trust;
  for (const auto& each : certificates) trust.fingerprints.push_back(fingerprint(each));
  return trust;
}

TEST_CASE("a certificate with a pinned fingerprint is accepted, whatever else is wrong with it") {
  const auto other = Certificate::self_signed("DNS:localhost");
  struct Case {
    const char* what;
    Certificate certificate;
  };
  const std::vector<Case> cases = {
      {"self-signed", Certificate::self_signed("DNS:localhost")},
      {"self-signed and expired", Certificate::self_signed("DNS:localhost", {-48h, -24h})},
      {"not yet valid", Certificate::self_signed("DNS:localhost", {24h, 48h})},
      {"for another name", Certificate::self_signed("DNS:elsewhere.example")},
      {"of an authority that nobody knows, and expired", other.issue("DNS:h", {-48h, -24h})}};
  for (const auto& [what, certificate] : cases) {
    CAPTURE(what);
    const EchoServer server{certificate};
    const auto outcome = say_hello({"localhost", server.port()}, pinned({other, certificate}));
    CHECK(outcome.connected);
    CHECK(outcome.received == "hello\n");
  }
}

TEST_CASE("where fingerprints are pinned no other certificate is accepted, though the roots do") {
  const auto certificate = Certificate::self_signed("DNS:localhost");
  const test::TempFolder folder;
  auto trust = pinned({Certificate::self_signed("DNS:localhost")});
  trust.ca_file = certificate.write(folder.path(), "ca").certificate;
  const EchoServer server{certificate};
  const auto outcome = say_hello({"localhost", server.port()}, trust);
  CHECK_FALSE(outcome.connected);
  CHECK(outcome.closed ==
        "the certificate of localhost is not trusted (none of tls.fingerprints is its own); its "
        "SHA-256 fingerprint is " +
            fingerprint(certificate) + "; if the server has a new certificate, add it");
}

TEST_CASE("a certificate that is not trusted is told with what is wrong, and what helps") {
  const auto authority = Certificate::self_signed("DNS:authority.example");
  const auto self_signed = Certificate::self_signed("DNS:localhost");
  const test::TempFolder folder;
  const auto ca_file = authority.write(folder.path(), "ca").certificate;
  struct Case {
    Certificate certificate;
    std::string ca_file, why, remedy;
  };
  const std::vector<Case> cases = {
      {self_signed, ca_file, "self-signed certificate",
       "its SHA-256 fingerprint is " + fingerprint(self_signed) +
           "; if that is the server's, pin it: \"tls\": {\"fingerprints\": [\"" +
           fingerprint(self_signed) + "\"]}"},
      {authority.issue("DNS:localhost"), "", "unable to get local issuer certificate",
       "if its authority is your own, name that in tls.ca_file"},
      {authority.issue("DNS:elsewhere.example"), ca_file, "hostname mismatch",
       "call the server as its certificate does, or"},
      {authority.issue("DNS:localhost", {-48h, -24h}), ca_file, "certificate has expired",
       "ask the server's operator"}};
  for (const auto& [certificate, roots, why, remedy] : cases) {
    CAPTURE(why);
    Trust trust;
    trust.ca_file = roots;
    const EchoServer server{certificate};
    const auto outcome = say_hello({"localhost", server.port()}, trust);
    CHECK_FALSE(outcome.connected);
    const auto expected = "the certificate of localhost is not trusted (" + why + "); " + remedy;
    CHECK(outcome.closed.substr(0, expected.size()) == expected);
  }
}

TEST_CASE("a client certificate is shown to the server, and none where none is configured") {
  const auto server_certificate = Certificate::self_signed("DNS:localhost");
  const auto own = Certificate::self_signed("DNS:bot");
  const test::TempFolder folder;
  const auto files = own.write(folder.path(), "bot");
  auto trust = pinned({server_certificate});
  {
    EchoServer server{server_certificate};
    CHECK(say_hello({"localhost", server.port()}, trust).connected);
    CHECK(server.client().fingerprint.empty());
  }
  trust.certificate = files.certificate;
  trust.key = files.key;
  EchoServer server{server_certificate};
  CHECK(say_hello({"localhost", server.port()}, trust).connected);
  CHECK(server.client().fingerprint == fingerprint(own));
}

TEST_CASE("the server learns the host's name that it is asked for, and of an address nothing") {
  const auto certificate = Certificate::self_signed("DNS:localhost");
  Trust insecure;
  insecure.verify = false;
  for (const auto& trust : {pinned({certificate}), insecure}) {
    EchoServer named{certificate};
    CHECK(say_hello({"localhost", named.port()}, trust).connected);
    CHECK(named.client().name == "localhost");
    EchoServer addressed{certificate};
    CHECK(say_hello({"127.0.0.1", addressed.port()}, trust).connected);
    CHECK(addressed.client().name.empty());
  }
}

TEST_CASE("files of certificates are nothing to a connection without TLS") {
  Trust trust;
  trust.ca_file = trust.certificate = trust.key = "/nowhere/at/all.pem";
  const EchoServer server;
  CHECK(say_hello({"127.0.0.1", server.port(), false}, trust).received == "hello\n");
}

}  // namespace
}  // namespace tubes::bridge
