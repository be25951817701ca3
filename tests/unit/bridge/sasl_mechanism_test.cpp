#include <string>

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <tubes/bridge/irc/sasl/ecdsa.hpp>
#include <tubes/bridge/irc/sasl/external.hpp>
#include <tubes/bridge/irc/sasl/plain.hpp>
#include <tubes/bridge/irc/sasl/scram.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

using namespace std::string_literals;

// The example of RFC 7677 3.
const SaslCredentials rfc_user{"user", "pencil", ""};
constexpr const char* rfc_nonce = "rOprNGfwEbeRWgbNEkqO";
constexpr const char* rfc_server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
constexpr const char* rfc_client_final =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
constexpr const char* rfc_server_final = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

/// What a SCRAM login that said its first words makes of a server's message.
std::string refusal_of(const std::string& server_first) {
  SaslScram scram{rfc_user, rfc_nonce};
  scram.respond("");
  try {
    scram.respond(server_first);
  } catch (const Error& error) {
    CHECK_FALSE(scram.password_tested());
    return error.what();
  }
  return "accepted";
}

TEST_CASE("SCRAM-SHA-256 says what the example of RFC 7677 says, and believes its server") {
  SaslScram scram{rfc_user, rfc_nonce};
  CHECK(scram.respond("") == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  CHECK(scram.respond(rfc_server_first) == rfc_client_final);
  CHECK_FALSE(scram.satisfied());
  CHECK(scram.respond(rfc_server_final).empty());
  CHECK(scram.satisfied());
  CHECK_THROWS_AS(scram.respond(""), Error);
}

TEST_CASE("a server's signature that is forged, missing or cut is never believed") {
  for (const auto& forged :
       {"v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="s, "v=6rriTRBi23WpRR/wtup+mA=="s, "v="s,
        "v=???"s, ""s, "x"s, "p=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="s}) {
    SaslScram scram{rfc_user, rfc_nonce};
    scram.respond("");
    scram.respond(rfc_server_first);
    CHECK_THROWS_AS(scram.respond(forged), Error);
    CHECK_FALSE(scram.satisfied());
  }
}

TEST_CASE("a server that says with SCRAM that it refuses us is heard, and does not satisfy") {
  SaslScram scram{rfc_user, rfc_nonce};
  scram.respond("");
  scram.respond(rfc_server_first);
  CHECK(scram.password_tested());
  CHECK(scram.respond("e=invalid-proof").empty());
  CHECK_FALSE(scram.satisfied());
  CHECK(scram.password_tested());
}

TEST_CASE("a nonce that does not go on from ours is refused") {
  CHECK(refusal_of("r=rOprNGfwEbeRWgbNEkqX%x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
            .find("nonce does not go on from ours") != std::string::npos);
  CHECK(refusal_of("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
            .find("nonce does not go on from ours") != std::string::npos);
}

TEST_CASE("too few iterations are refused, and so many that they would keep us busy") {
  const auto with = [](const std::string& count) {
    return refusal_of("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=" + count);
  };
  CHECK(with("4096") == "accepted");
  for (const char* bad : {"0", "1", "4095", "1000001", "4294967295"}) {
    CHECK(with(bad) ==
          "SCRAM-SHA-256: the server wants "s + bad + " iterations, not from 4096 to 1000000");
  }
  for (const char* bad : {"", "x", "-5000", "+5000", "5000x", " 5000", "99999999999999999999"}) {
    CHECK(with(bad) != "accepted");
  }
}

TEST_CASE("a SCRAM message without what it needs, or with an extension to know, is refused") {
  for (const char* bad :
       {"", ",", "r=", "r=rOprNGfwEbeRWgbNEkqOx", "r=rOprNGfwEbeRWgbNEkqOx,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,s=?,i=4096",
        "s=W22ZaJ0SNY7soEsUEjb6gQ==,r=rOprNGfwEbeRWgbNEkqOx,i=4096",
        "m=x,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"}) {
    CHECK(refusal_of(bad) != "accepted");
  }
  CHECK(refusal_of("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,x=later") ==
        "accepted");
}

TEST_CASE("an account with ',' or '=' is escaped, and each login has a nonce of its own") {
  CHECK(SaslScram{{"a=b,c", "x", ""}, "n"}.respond("") == "n,,n=a=3Db=2Cc,r=n");
  const SaslCredentials user{"u", "x", ""};
  const auto first = SaslScram{user}.respond("");
  CHECK(first != SaslScram{user}.respond(""));
  CHECK(first.size() == std::string{"n,,n=u,r="}.size() + 32);
}

TEST_CASE("SCRAM takes a password that is UTF-8 without control characters") {
  CHECK_NOTHROW(SaslScram{{"u", "pässwörd ~", ""}});
  for (const auto& bad : {""s, "a\tb"s, "a\0b"s, "a\x7F"s, "p\xE4sswort"s}) {
    CHECK_THROWS_AS((SaslScram{{"u", bad, ""}}), Error);
    CHECK_THROWS_AS((SaslScram{{bad, "x", ""}}), Error);
  }
}

TEST_CASE("PLAIN says account and password once, between NULs") {
  SaslPlain plain{{"tim", "tanstaaftanstaaf", ""}};  // the user of RFC 4616 4
  CHECK(plain.respond("") == "tim\0tim\0tanstaaftanstaaf"s);
  CHECK(plain.password_tested());
  CHECK(plain.satisfied());
  CHECK_THROWS_AS(plain.respond(""), Error);
  CHECK_THROWS_AS((SaslPlain{{"tim", "a\0b"s, ""}}), Error);
  CHECK_THROWS_AS((SaslPlain{{"", "x", ""}}), Error);
  CHECK_THROWS_AS((SaslPlain{{"tim", "", ""}}), Error);
}

TEST_CASE("EXTERNAL names the account, or nothing") {
  CHECK(SaslExternal{{"tim", "", ""}}.respond("") == "tim");
  CHECK(SaslExternal{{}}.respond("").empty());
  CHECK_THROWS_AS(SaslExternal{{}}.respond("what?"), Error);
}

using Pkey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string pem_of(EVP_PKEY* key, const char* passphrase = nullptr) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio{BIO_new(BIO_s_mem()), BIO_free};
  PEM_write_bio_PrivateKey(bio.get(), key, passphrase != nullptr ? EVP_aes_128_cbc() : nullptr,
                           nullptr, 0, nullptr, const_cast<char*>(passphrase));
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

bool verified(EVP_PKEY* key, const std::string& signature, const std::string& digest) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context{
      EVP_PKEY_CTX_new(key, nullptr), EVP_PKEY_CTX_free};
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  return EVP_PKEY_verify_init(context.get()) == 1 &&
         EVP_PKEY_verify(context.get(), bytes(signature), signature.size(), bytes(digest),
                         digest.size()) == 1;
}

TEST_CASE("ECDSA signs the challenge itself, as the public key can tell") {
  const Pkey key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  SaslEcdsa ecdsa{{"tim", "", pem_of(key.get())}};
  CHECK(ecdsa.respond("") == "tim");
  const auto challenge = "0123456789abcdef0123456789ABCDE\0"s;
  const auto signature = ecdsa.respond(challenge);
  CHECK(verified(key.get(), signature, challenge));
  CHECK_FALSE(verified(key.get(), signature, "0123456789abcdef0123456789ABCDEx"));
  CHECK_THROWS_AS(ecdsa.respond(challenge), Error);
}

TEST_CASE("ECDSA signs nothing but a challenge of 32 bytes") {
  const Pkey key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  for (const auto size : {0U, 31U, 33U, 64U}) {
    SaslEcdsa ecdsa{{"tim", "", pem_of(key.get())}};
    ecdsa.respond("");
    CHECK_THROWS_AS(ecdsa.respond(std::string(size, 'x')), Error);
  }
}

TEST_CASE("a key that is of another curve, encrypted or none is refused, and nobody is asked") {
  const Pkey other{EVP_EC_gen("P-384"), EVP_PKEY_free}, right{EVP_EC_gen("P-256"), EVP_PKEY_free};
  const Pkey rsa{EVP_RSA_gen(2048), EVP_PKEY_free};
  for (const auto& bad :
       {pem_of(other.get()), pem_of(rsa.get()), pem_of(right.get(), "secret"), "hunter2"s, ""s}) {
    try {
      SaslEcdsa{{"tim", "", bad}};
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.code() == ErrorCode::refused);
      CHECK(std::string{error.what()}.find("hunter2") == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace tubes::irc
