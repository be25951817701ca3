#include <array>

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <tubes/bridge/fingerprint.hpp>

namespace tubes::bridge {

std::optional<std::string> parse_fingerprint(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == ':') continue;
    const bool upper = c >= 'A' && c <= 'F';
    if (!upper && !(c >= 'a' && c <= 'f') && !(c >= '0' && c <= '9')) return std::nullopt;
    digits += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (digits.size() != std::size_t{2} * SHA256_DIGEST_LENGTH) return std::nullopt;
  return digits;
}

std::string fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += "0123456789abcdef"[digest[i] >> 4];
    text += "0123456789abcdef"[digest[i] & 0xf];
  }
  return text;
}

}  // namespace tubes::bridge
