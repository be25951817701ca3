#pragma once

#include <memory>
#include <string>

#include <tubes/config/strict_object.hpp>

namespace httplib {
class Server;
}

namespace tubes::services {

/// Where an HTTP server listens, and whether with TLS.
class ListenAddress {
 public:
  /// Reads "listen" ("127.0.0.1:8080"), "tls" ("certificate" and "key", PEM files) and "insecure".
  /// Beyond loopback TLS is a must, unless insecure is true. Throws Error{invalid_config}.
  explicit ListenAddress(config::StrictObject& options);

  std::unique_ptr<httplib::Server> server() const;
  /// Returns the address with the port that it has; 0 in the configuration is any that is free.
  /// Throws Error{unreachable}.
  std::string bind(httplib::Server& server) const;

 private:
  std::string host_ = "127.0.0.1";
  int port_ = 8080;
  std::string certificate_, key_;
};

}  // namespace tubes::services
