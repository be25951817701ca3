#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tubes::bridge {

/// Where an IRC server is, and whether to talk to it over TLS.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
  bool tls = true;

  /// "irc.example.org:6697", an IPv6 address in brackets.
  std::string address() const;

  bool operator==(const Endpoint&) const = default;
};

/// Whether a host is an IP address, of version 4 or 6, and not a name.
bool is_ip_address(std::string_view host);

}  // namespace tubes::bridge
