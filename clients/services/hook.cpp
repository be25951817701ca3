#include <array>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <tubes/clients/services/hook.hpp>
#include <tubes/config/secret.hpp>

namespace tubes::services {
namespace {

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Hook::Hook(config::StrictObject& options)
    : github_secret_(config::read_secret(options, "github_secret")),
      bearer_(config::read_secret(options, "bearer")) {
  const bool open = options.boolean("open").value_or(false);
  if (int(!github_secret_.empty()) + int(!bearer_.empty()) + int(open) != 1)
    options.place().refuse(
        "expected one of github_secret and bearer (or each with _env or _file), or \"open\": true");
  options.finish();
}

bool Hook::lets_in(std::string_view body, std::string_view signature,
                   std::string_view authorization) const {
  if (!github_secret_.empty()) return same(signature, github_signature(github_secret_, body));
  return bearer_.empty() || same(authorization, "Bearer " + bearer_);
}

std::string github_signature(std::string_view secret, std::string_view body) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac.data(), &size);
  std::string text = "sha256=";
  for (unsigned int i = 0; i < size; ++i) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[mac[i] >> 4];
    text += digits[mac[i] & 15];
  }
  return text;
}

}  // namespace tubes::services
