#pragma once

#include <string>
#include <system_error>

#include <asio/ssl.hpp>

#include <tubes/bus/error.hpp>
#include <tubes/transports/redis/settings.hpp>

/// TLS 1.2 or later towards a Redis server: what OpenSSL is told, and what its verdicts mean.
namespace tubes::redis {

/// Reads the files that the settings name. Throws Error{invalid_url} that names the one that is of
/// no use, and why.
asio::ssl::context make_tls_context(const TlsSettings& tls);

/// Asks the server for the certificate of that name or IP address, and OpenSSL to insist on it.
void expect_server(SSL* session, const TlsSettings& tls);

/// What went wrong with TLS, and what to do about it.
struct TlsFault {
  std::string cause, remedy;
  ErrorCode code = ErrorCode::unreachable;  ///< refused: the server did not want us
};

/// The meaning of `error`, which ended a handshake or a connection. `verdict` is that of OpenSSL on
/// the server's certificate (SSL_get_verify_result). Without a cause if it is not TLS's own.
TlsFault tls_fault(const std::error_code& error, long verdict, const TlsSettings& tls);

}  // namespace tubes::redis
