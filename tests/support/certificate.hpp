#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace tubes::test {

/// From when until when a certificate is valid, counted from now.
struct Validity {
  std::chrono::hours from{-24}, until{24};
};

/// A certificate and its key, in PEM, made for the test that asks.
struct Certificate {
  std::string certificate, key;

  /// One that trusts nobody but itself, and may issue others. `name` as in "DNS:localhost" or
  /// "IP:127.0.0.1".
  static Certificate self_signed(const std::string& name, Validity validity = {});

  /// Another one, signed by this.
  Certificate issue(const std::string& name, Validity validity = {}) const;

  /// The same with its key encrypted.
  Certificate with_passphrase(const std::string& passphrase) const;

  /// The paths of both in files of this folder, `stem`.pem and `stem`.key.
  struct Files {
    std::string certificate, key;
  };
  Files write(const std::filesystem::path& folder, const std::string& stem) const;
};

}  // namespace tubes::test
