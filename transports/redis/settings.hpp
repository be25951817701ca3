#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <tubes/bus/options.hpp>
#include <tubes/bus/url.hpp>

namespace tubes::redis {

/// How a connection is encrypted, and who may be at its other end.
struct TlsSettings {
  std::string server_name;  ///< host name or IP address that the certificate must be for
  std::string ca;           ///< PEM file of the authorities to trust; empty: those of the system
  std::string certificate;  ///< PEM file for a server that wants to know us; may be empty
  std::string key;          ///< PEM file; there is one if there is a certificate
  bool insecure = false;    ///< trust whoever answers
};

/// Where a server is and how to log in there: what a bus URL says.
struct Settings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string socket;  ///< path of a unix socket; if there is one it is used instead of host:port
  std::string user, password;
  std::optional<TlsSettings> tls;
  unsigned db = 0;
  std::string prefix = "tubes:";                       ///< of the keys of retained values
  std::size_t max_payload = BusOptions{}.max_payload;  ///< bytes; what is larger is passed over
  Milliseconds heartbeat{5'000};  ///< how often a connection is checked for life

  /// Throws Error{invalid_url}; see redis.hpp for what is understood. Reads no file but that of
  /// the password.
  static Settings from(const Url& url);

  /// "redis at 127.0.0.1:6379"; never holds a secret.
  std::string address() const;
};

}  // namespace tubes::redis
