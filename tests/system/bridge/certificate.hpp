#pragma once

#include <string>

namespace tubes::bridge {

/// A self-signed certificate and its key, in PEM, made for the test that asks.
struct Certificate {
  std::string certificate, key;

  /// `name` as in "DNS:localhost" or "IP:127.0.0.1".
  static Certificate make(const std::string& name);
};

}  // namespace tubes::bridge
