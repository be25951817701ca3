#include <fstream>
#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <tubes/tests/support/certificate.hpp>

namespace tubes::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using X509Ptr = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

template <class Write>
std::string pem(Write write) {
  const Bio bio{BIO_new(BIO_s_mem()), BIO_free};
  write(bio.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Certificate pem_of(X509* x509, EVP_PKEY* key) {
  return {pem([&](BIO* bio) { PEM_write_bio_X509(bio, x509); }), pem([&](BIO* bio) {
            PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

Bio bio_of(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

Key key_of(const std::string& text) {
  return {PEM_read_bio_PrivateKey(bio_of(text).get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
}

void add_extension(X509* certificate, int id, const std::string& value) {
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// Without issuer and signature.
X509Ptr unsigned_certificate(const std::string& name, EVP_PKEY* key, Validity validity) {
  X509Ptr x509{X509_new(), X509_free};
  X509_set_version(x509.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(x509.get()), std::chrono::seconds(validity.from).count());
  X509_gmtime_adj(X509_getm_notAfter(x509.get()), std::chrono::seconds(validity.until).count());
  X509_set_pubkey(x509.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  add_extension(x509.get(), NID_subject_alt_name, name);
  return x509;
}

}  // namespace

Certificate Certificate::self_signed(const std::string& name, Validity validity) {
  const Key key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  const auto x509 = unsigned_certificate(name, key.get(), validity);
  add_extension(x509.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_set_issuer_name(x509.get(), X509_get_subject_name(x509.get()));
  X509_sign(x509.get(), key.get(), EVP_sha256());
  return pem_of(x509.get(), key.get());
}

Certificate Certificate::issue(const std::string& name, Validity validity) const {
  const X509Ptr issuer{PEM_read_bio_X509(bio_of(certificate).get(), nullptr, nullptr, nullptr),
                       X509_free};
  const Key issuer_key = key_of(key);
  const Key own_key{EVP_EC_gen("P-256"), EVP_PKEY_free};
  const auto x509 = unsigned_certificate(name, own_key.get(), validity);
  X509_set_issuer_name(x509.get(), X509_get_subject_name(issuer.get()));
  X509_sign(x509.get(), issuer_key.get(), EVP_sha256());
  return pem_of(x509.get(), own_key.get());
}

Certificate Certificate::with_passphrase(const std::string& passphrase) const {
  const Key own_key = key_of(key);
  return {certificate, pem([&](BIO* bio) {
            PEM_write_bio_PKCS8PrivateKey(bio, own_key.get(), EVP_aes_256_cbc(), passphrase.data(),
                                          static_cast<int>(passphrase.size()), nullptr, nullptr);
          })};
}

Certificate::Files Certificate::write(const std::filesystem::path& folder,
                                      const std::string& stem) const {
  const Files files{folder / (stem + ".pem"), folder / (stem + ".key")};
  std::ofstream{files.certificate} << certificate;
  std::ofstream{files.key} << key;
  return files;
}

}  // namespace tubes::test
