#include <tubes/transports/redis/tls.hpp>

namespace tubes::redis {
namespace {

void require_read(const std::error_code& error, const std::string& parameter,
                  const std::string& path, const std::string& expected) {
  if (!error) return;
  throw Error(ErrorCode::invalid_url, "cannot use " + parameter + "=" + path + " (" +
                                          error.message() + "); it must be " + expected);
}

void load_roots(asio::ssl::context& context, const TlsSettings& tls) {
  std::error_code error;
  if (tls.ca.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.load_verify_file(tls.ca, error);
    // What is named is trusted, also an authority that another one vouches for.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.native_handle()),
                                X509_V_FLAG_PARTIAL_CHAIN);
  }
  require_read(error, "ca", tls.ca, "a file with certificates in PEM");
}

void load_client_certificate(asio::ssl::context& context, const TlsSettings& tls) {
  std::error_code error;
  context.use_certificate_chain_file(tls.certificate, error);
  require_read(error, "cert", tls.certificate, "a file with a certificate in PEM");
  // Without this OpenSSL asks for a passphrase on the terminal.
  context.set_password_callback([](auto, auto) { return std::string(); });
  context.use_private_key_file(tls.key, asio::ssl::context::pem, error);
  require_read(error, "key", tls.key,
               "a file with the certificate's private key in PEM, without a passphrase");
}

}  // namespace

asio::ssl::context make_tls_context(const TlsSettings& tls) {
  asio::ssl::context context{asio::ssl::context::tls_client};
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.set_verify_mode(tls.insecure ? asio::ssl::verify_none : asio::ssl::verify_peer);
  if (!tls.insecure) load_roots(context, tls);
  if (!tls.certificate.empty()) load_client_certificate(context, tls);
  return context;
}

void expect_server(SSL* session, const TlsSettings& tls) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), tls.server_name.c_str()) == 1) return;
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // Without a name OpenSSL would take any certificate of a known authority.
  if (SSL_set1_host(session, tls.server_name.c_str()) != 1 ||
      SSL_set_tlsext_host_name(session, tls.server_name.c_str()) != 1)
    throw Error(ErrorCode::unreachable,
                "cannot verify a server called " + tls.server_name + "; name it with ?servername=");
}

}  // namespace tubes::redis
