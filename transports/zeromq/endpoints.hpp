#pragma once

#include <cstdint>
#include <string>

#include <tubes/bus/url.hpp>

namespace tubes::zeromq {

/// Where a broker is, in libzmq's words.
struct Endpoints {
  std::string publishing;  ///< clients' DEALER to the broker's ROUTER
  std::string receiving;   ///< the broker's XPUB to clients' SUB
  bool ipv6 = false;
  std::string name{};      ///< of the host, if it must be looked up: see located_at()
  std::uint16_t port = 0;  ///< of publishing, on TCP
  std::string url;         ///< as it may be shown, with its port: "zmq://127.0.0.1:5550"
  std::string place;       ///< without the scheme: "127.0.0.1:5550" or "/run/tubes/bus"
};

/// Where to find the broker that `url` names. Throws Error{invalid_url}.
Endpoints endpoints(const Url& url);

/// The same broker at an address of its name: "192.0.2.1", "2001:db8::1".
Endpoints located_at(const Endpoints& named, const std::string& address);

/// As endpoints(), for the broker itself. Throws Error{invalid_url} also if strangers could reach
/// it (the host is not loopback) and the URL says neither key= (security.hpp) nor insecure=1.
Endpoints endpoints_to_bind(const Url& url);

}  // namespace tubes::zeromq
