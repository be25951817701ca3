#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// What SASL needs of OpenSSL, on strings of bytes. All throw std::runtime_error if OpenSSL fails,
/// which it does only without memory or randomness.
namespace tubes::irc::crypto {

std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);

/// RFC 5802's Hi(): PBKDF2 with HMAC-SHA-256, 32 bytes. Takes about 0.3 s for a million iterations.
std::string pbkdf2_sha256(std::string_view password, std::string_view salt, unsigned iterations);

/// Bytes that nobody can guess.
std::string random(std::size_t size);

/// Whether both are equal; how long it takes does not tell where they differ.
bool same(std::string_view a, std::string_view b) noexcept;

}  // namespace tubes::irc::crypto
