#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include <tubes/transports/zeromq/keys.hpp>

namespace tubes::zeromq {

/// Whose public keys a broker lets in. The file or folder is read each time that someone asks, so
/// that a key that is added or taken away counts from the next connection on. One thread.
class AllowedKeys {
 public:
  /// `path` as in public_keys_of(), empty for anyone. Throws Error{invalid_url} if something of it
  /// cannot be read; later that is told to `warn`, and what can be read counts.
  AllowedKeys(std::filesystem::path path, std::function<void(const std::string&)> warn);

  bool allows(const Key& key) const;
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  std::function<void(const std::string&)> warn_;
};

}  // namespace tubes::zeromq
