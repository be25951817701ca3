#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <tubes/transports/zeromq/keys.hpp>

/// Files of keys. A line holds a key and, behind a space, any words on whose it is; lines that
/// begin with "# " and empty ones are passed over. No error or fault ever quotes what a file holds.
namespace tubes::zeromq {

/// The key of the file `path`. Throws Error{invalid_url} that names the file, cause and remedy;
/// also if others than its owner may read or write the file, or if it is the public one.
Key secret_key_of(const std::filesystem::path& path);

/// `text` itself if it is 64 hexadecimal digits, else the key of the file of that name. Throws
/// Error{invalid_url}; also if it is the secret one.
Key public_key_of(const std::string& text);

struct PublicKeys {
  std::vector<Key> keys;
  std::vector<std::string> faults;  ///< what could not be read, and where
};

/// All keys of the file `path`, or of the files *.pub in the folder `path`.
PublicKeys public_keys_of(const std::filesystem::path& path);

/// Writes a new pair into `path` (secret, for its owner alone) and `path`.pub. Throws
/// Error{invalid_argument} if one of them is there, or cannot be written; then neither is left.
KeyPair write_new_keys(const std::filesystem::path& path);

}  // namespace tubes::zeromq
