#pragma once

#include <cstdint>
#include <string>

#include <tubes/bus/options.hpp>
#include <tubes/bus/url.hpp>

namespace tubes::redis {

/// Where a server is and how to log in there: what a bus URL says.
struct Settings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 6379;
  std::string socket;  ///< path of a unix socket; if there is one it is used instead of host:port
  std::string user, password;
  unsigned db = 0;
  std::string prefix = "tubes:";  ///< of the keys of retained values
  Milliseconds heartbeat{5'000};  ///< how often a connection is checked for life

  /// Throws Error{invalid_url}; see redis.hpp for what is understood.
  static Settings from(const Url& url);

  /// "redis at 127.0.0.1:6379"; never holds a secret.
  std::string address() const;
};

}  // namespace tubes::redis
