#pragma once

#include <string>
#include <system_error>

#include <asio/ssl/context.hpp>

#include <tubes/bridge/trust.hpp>

namespace tubes::bridge {

// Throw Error{invalid_config} that names the file and the cause, if a file of PEM cannot be used.

/// Authorities; "" for the system's.
void require_roots(const std::string& ca_file);
/// A certificate to show to servers.
void require_certificate(const std::string& certificate);
/// The key of that certificate; it must be without a passphrase.
void require_key(const std::string& certificate, const std::string& key);

/// TLS (1.2 or later) with one server: decides on its certificate as it comes, and keeps what it
/// saw for whoever has to explain a failure. Lives at least as long as the connections that were
/// made of its context.
class Tls {
 public:
  /// Reads the files of `trust`; throws as the functions above do.
  Tls(Trust trust, std::string host);
  Tls(const Tls&) = delete;  // OpenSSL holds its address
  Tls& operator=(const Tls&) = delete;

  asio::ssl::context& context() noexcept { return context_; }

  /// To be called before the handshake: what to expect of the server, and what to ask it for. Its
  /// name goes to the server (SNI, RFC 6066 section 3), unless it is an IP address.
  /// False if the name cannot be checked: the connection must then not be used.
  bool prepare(SSL* connection) const;

  /// Why a handshake ended with this error, and what to do.
  std::string failure(const std::error_code& error) const;

 private:
  static int verify(X509_STORE_CTX* chain, void* self);
  bool accepts(X509_STORE_CTX* chain);
  std::string remedy() const;

  Trust trust_;
  std::string host_;
  asio::ssl::context context_;
  bool refused_ = false;
  int verdict_ = X509_V_OK;  ///< of OpenSSL
  std::string seen_;         ///< the fingerprint of the server's certificate
};

}  // namespace tubes::bridge
