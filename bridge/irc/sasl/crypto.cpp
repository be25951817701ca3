#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <tubes/bridge/irc/sasl/crypto.hpp>

namespace tubes::irc::crypto {
namespace {

constexpr std::size_t digest_bytes = 32;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

void require_done(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string{"OpenSSL cannot do "} + what);
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::string digest(digest_bytes, '\0');
  require_done(
      EVP_Digest(bytes.data(), bytes.size(), bytes_of(digest), nullptr, EVP_sha256(), nullptr) == 1,
      "SHA-256");
  return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string digest(digest_bytes, '\0');
  require_done(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes),
                    bytes.size(), bytes_of(digest), nullptr) != nullptr,
               "HMAC-SHA-256");
  return digest;
}

std::string pbkdf2_sha256(std::string_view password, std::string_view salt, unsigned iterations) {
  std::string key(digest_bytes, '\0');
  require_done(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                                 static_cast<int>(salt.size()), static_cast<int>(iterations),
                                 EVP_sha256(), static_cast<int>(key.size()), bytes_of(key)) == 1,
               "PBKDF2");
  return key;
}

std::string random(std::size_t size) {
  std::string bytes(size, '\0');
  require_done(RAND_bytes(bytes_of(bytes), static_cast<int>(size)) == 1, "random bytes");
  return bytes;
}

bool same(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace tubes::irc::crypto
