#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tubes {

/// scheme://[user[:password]@]host[:port][/path][?name=value&…], percent-decoded. IPv6 hosts are
/// written in brackets and kept without them. Where the host is empty the path is kept whole
/// ("redis+unix:///run/redis.sock" has the path "/run/redis.sock").
struct Url {
  std::string scheme, user, password, host, path;
  std::optional<std::uint16_t> port;
  std::map<std::string, std::string> parameters;

  /// Throws Error{invalid_url}; its text never holds the password.
  static Url parse(std::string_view text);

  /// The URL as it may be shown: without user, password and parameters.
  std::string shown() const;

  /// Throws Error{invalid_url} that lists `known` if there is any other parameter.
  void require_parameters_among(std::initializer_list<std::string_view> known) const;

  /// The value of a parameter, or `fallback`.
  std::string parameter(const std::string& name, std::string_view fallback = {}) const;

  /// The password: of the URL, or of the environment variable that `password_env` names, or the
  /// first line of the file that `password_file` names. Throws Error{invalid_url} if that is
  /// missing.
  std::string secret() const;
};

}  // namespace tubes
