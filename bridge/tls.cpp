#include <algorithm>
#include <utility>

#include <asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <tubes/bridge/endpoint.hpp>
#include <tubes/bridge/fingerprint.hpp>
#include <tubes/bridge/tls.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::bridge {
namespace {

using Context = asio::ssl::context;

void require_read(const std::error_code& error, const std::string& what, const std::string& file,
                  const std::string& question) {
  if (!error) return;
  throw Error(ErrorCode::invalid_config,
              "cannot read " + what + " from " + file + " (" + error.message() + "); " + question);
}

void load_roots(Context& tls, const std::string& ca_file) {
  std::error_code error;
  ca_file.empty() ? tls.set_default_verify_paths(error) : tls.load_verify_file(ca_file, error);
  require_read(error, "certificates", ca_file.empty() ? "the system" : ca_file,
               "is ca_file a PEM file?");
}

void load_certificate(Context& tls, const std::string& certificate) {
  std::error_code error;
  tls.use_certificate_chain_file(certificate, error);
  require_read(error, "a certificate", certificate, "is it there, and a PEM file?");
}

/// After its certificate: OpenSSL compares them.
void load_key(Context& tls, const std::string& key) {
  // Without this OpenSSL asks the terminal.
  tls.set_password_callback([](std::size_t, Context::password_purpose) { return ""; });
  std::error_code error;
  tls.use_private_key_file(key, Context::pem, error);
  // The call above does not compare them if they are of different kinds, as EC and RSA are.
  if (!error && SSL_CTX_check_private_key(tls.native_handle()) != 1) {
    error.assign(static_cast<int>(ERR_get_error()), asio::error::get_ssl_category());
  }
  require_read(error, "the certificate's key", key,
               "is it a PEM file without a passphrase, and that certificate's?");
}

}  // namespace

void require_roots(const std::string& ca_file) {
  Context tls{Context::tls_client};
  load_roots(tls, ca_file);
}

void require_certificate(const std::string& certificate) {
  Context tls{Context::tls_client};
  load_certificate(tls, certificate);
}

void require_key(const std::string& certificate, const std::string& key) {
  Context tls{Context::tls_client};
  load_certificate(tls, certificate);
  load_key(tls, key);
}

Tls::Tls(Trust trust, std::string host)
    : trust_(std::move(trust)), host_(std::move(host)), context_(Context::tls_client) {
  SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_2_VERSION);
  if (trust_.verify) {
    if (trust_.fingerprints.empty()) load_roots(context_, trust_.ca_file);
    SSL_CTX_set_cert_verify_callback(context_.native_handle(), &Tls::verify, this);
  }
  if (trust_.certificate.empty()) return;
  load_certificate(context_, trust_.certificate);
  load_key(context_, trust_.key);
}

bool Tls::prepare(SSL* connection) const {
  SSL_set_verify(connection, trust_.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (is_ip_address(host_)) {
    const auto without_scope = host_.substr(0, host_.find('%'));
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), without_scope.c_str()) == 1;
  }
  SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(connection, host_.c_str()) == 1 &&
         SSL_set_tlsext_host_name(connection, host_.c_str()) == 1;
}

int Tls::verify(X509_STORE_CTX* chain, void* self) {
  auto& tls = *static_cast<Tls*>(self);
  const bool accepted = tls.accepts(chain);
  tls.refused_ = !accepted;
  tls.verdict_ = X509_STORE_CTX_get_error(chain);
  return accepted ? 1 : 0;
}

bool Tls::accepts(X509_STORE_CTX* chain) {
  seen_ = fingerprint_of(X509_STORE_CTX_get0_cert(chain));
  if (trust_.fingerprints.empty()) return X509_verify_cert(chain) == 1;
  const bool pinned = std::ranges::find(trust_.fingerprints, seen_) != trust_.fingerprints.end();
  X509_STORE_CTX_set_error(chain, pinned ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
  return pinned;
}

std::string Tls::failure(const std::error_code& error) const {
  if (!refused_) return "TLS failed: " + error.message();
  const auto reason = trust_.fingerprints.empty() ? X509_verify_cert_error_string(verdict_)
                                                  : "none of tls.fingerprints is its own";
  return "the certificate of " + host_ + " is not trusted (" + reason + "); " + remedy();
}

std::string Tls::remedy() const {
  const auto pin = "pin it: \"tls\": {\"fingerprints\": [\"" + seen_ + "\"]}";
  if (!trust_.fingerprints.empty()) {
    return "its SHA-256 fingerprint is " + seen_ + "; if the server has a new certificate, add it";
  }
  switch (verdict_) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "its SHA-256 fingerprint is " + seen_ + "; if that is the server's, " + pin;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "if its authority is your own, name that in tls.ca_file";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "call the server as its certificate does, or, if it is the server's, " + pin;
    default:
      return "ask the server's operator";
  }
}

}  // namespace tubes::bridge
