#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

/// CURVE keys (RFC 26/ZMQ). Written in hexadecimal, which a URL takes as it is; ZeroMQ's own Z85 is
/// read as well.
namespace tubes::zeromq {

using Key = std::array<unsigned char, 32>;

struct KeyPair {
  Key public_key{};
  Key secret_key{};
};

/// A new pair, from the system's random numbers.
KeyPair new_keys();
/// The pair that a secret key belongs to.
KeyPair keys_of(const Key& secret);

std::string hexadecimal(const Key& key);
/// 64 hexadecimal digits.
std::optional<Key> from_hexadecimal(std::string_view text);
/// 64 hexadecimal digits or 40 characters of Z85.
std::optional<Key> to_key(std::string_view text);

/// Throws Error{unsupported} that names the remedy, if libzmq came without CURVE.
void require_curve(bool built_in);
void require_curve();

}  // namespace tubes::zeromq
