#pragma once

#include <string>
#include <vector>

namespace tubes::bridge {

/// Which server a TLS connection accepts, and how we show who we are.
struct Trust {
  /// The certificate, against `ca_file` and the host's name, or against the fingerprints. Without
  /// it any certificate will do.
  bool verify = true;
  std::string ca_file;  ///< PEM; "" for the system's roots
  /// If there are any, a certificate with one of them (fingerprint.hpp) is accepted whoever issued
  /// it, for whatever name and time, and no other is.
  std::vector<std::string> fingerprints;
  /// PEM files of our certificate, with its chain, and of its key; "" for none, or both.
  std::string certificate, key;

  bool operator==(const Trust&) const = default;
};

/// "verified by the system's roots", for a reader.
std::string describe(const Trust& trust);

}  // namespace tubes::bridge
