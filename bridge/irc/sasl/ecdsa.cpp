#include <array>
#include <stdexcept>
#include <string>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/objects.h>
#include <openssl/pem.h>

#include <tubes/bridge/irc/sasl/ecdsa.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

constexpr std::size_t challenge_bytes = 32;

[[noreturn]] void refuse_ecdsa(const std::string& why) {
  throw Error(ErrorCode::refused, "ECDSA-NIST256P-CHALLENGE: " + why);
}

/// OpenSSL would ask on the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> read_key(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio{
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free};
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{
      PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr), EVP_PKEY_free};
  ERR_clear_error();
  if (!key) refuse_ecdsa("the key is no private key in PEM, or has a passphrase");
  std::array<char, 64> group{};
  const bool named = EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), nullptr) == 1;
  ERR_clear_error();
  if (!named || OBJ_txt2nid(group.data()) != NID_X9_62_prime256v1) {
    refuse_ecdsa("the key is not of the curve NIST P-256 (prime256v1)");
  }
  return key;
}

}  // namespace

SaslEcdsa::SaslEcdsa(const SaslCredentials& credentials)
    : account_(credentials.account), key_(read_key(credentials.ecdsa_key)) {
  if (account_.empty()) refuse_ecdsa("the account is empty");
}

std::string SaslEcdsa::respond(std::string_view challenge) {
  switch (step_) {
    case Step::start:
      if (!challenge.empty()) refuse_ecdsa("the server speaks first");
      step_ = Step::named;
      return account_;
    case Step::named:
      if (challenge.size() != challenge_bytes) {
        refuse_ecdsa("the server's challenge has " + std::to_string(challenge.size()) +
                     " bytes, not " + std::to_string(challenge_bytes));
      }
      step_ = Step::signed_;
      return signature_of(challenge);
    default:
      refuse_ecdsa("the server goes on after the end");
  }
}

std::string SaslEcdsa::signature_of(std::string_view challenge) const {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context{
      EVP_PKEY_CTX_new(key_.get(), nullptr), EVP_PKEY_CTX_free};
  const auto* const digest = reinterpret_cast<const unsigned char*>(challenge.data());
  std::size_t size = 0;
  std::string signature;
  const bool measured = context && EVP_PKEY_sign_init(context.get()) == 1 &&
                        EVP_PKEY_sign(context.get(), nullptr, &size, digest, challenge.size()) == 1;
  if (measured) signature.resize(size);
  const bool done =
      measured && EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                &size, digest, challenge.size()) == 1;
  if (!done) throw std::runtime_error("OpenSSL cannot sign");
  signature.resize(size);
  return signature;
}

}  // namespace tubes::irc
