#pragma once

#include <cstdint>
#include <string>

namespace tubes::bridge {

/// Where an IRC server is, and how to talk to it.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  bool tls = true;
  bool verify = true;   ///< the certificate, against `ca_file` and the host's name
  std::string ca_file;  ///< PEM; "" for the system's roots

  /// "irc.example.org:6697", an IPv6 address in brackets.
  std::string address() const;
};

}  // namespace tubes::bridge
