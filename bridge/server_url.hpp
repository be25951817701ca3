#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tubes/bridge/endpoint.hpp>

namespace tubes::bridge {

/// ircs://host[:port][/#channel[,#channel]]: TLS, port 6697. irc:// is plain, port 6667. The '#'
/// may be written as %23.
struct ServerUrl {
  Endpoint endpoint;
  std::vector<std::string> channels;

  /// Throws Error{invalid_url} that says what was expected; it never shows a user or password.
  static ServerUrl parse(std::string_view text);
};

}  // namespace tubes::bridge
