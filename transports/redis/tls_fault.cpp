#include <tubes/transports/redis/tls.hpp>

namespace tubes::redis {
namespace {

TlsFault of_certificate(long verdict, const TlsSettings& tls) {
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return {"its certificate has expired", "renew it there, or set the clock of this machine"};
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return {"its certificate is not valid yet", "compare the clocks of both machines"};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return {"its certificate is not for " + tls.server_name,
              "connect to a name that it is for, or give that with ?servername=NAME"};
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return {"its certificate is of an authority unknown to " +
                  (tls.ca.empty() ? std::string("this system") : tls.ca),
              "if it is your own, name its certificate with ?ca=/path.pem"};
    default:
      return {
          std::string("its certificate is not trusted: ") + X509_verify_cert_error_string(verdict),
          "replace it there"};
  }
}

/// What a server without TLS answers is no record of TLS.
bool is_no_tls(int reason) {
  return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_PACKET_LENGTH_TOO_LONG;
}

/// Alerts about our certificate, RFC 8446 section 6.2.
bool is_about_our_certificate(int reason) {
  switch (reason) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
      return true;
    default:
      return false;
  }
}

TlsFault of_our_certificate(const std::string& alert, const TlsSettings& tls) {
  if (tls.certificate.empty())
    return {"it demands a client certificate", "give one with ?cert=/path.pem&key=/path.pem",
            ErrorCode::refused};
  return {"it does not accept " + tls.certificate + ": " + alert,
          "give a certificate of an authority that it trusts", ErrorCode::refused};
}

}  // namespace

TlsFault tls_fault(const std::error_code& error, long verdict, const TlsSettings& tls) {
  if (error.category() != asio::error::get_ssl_category()) return {};
  if (!tls.insecure && verdict != X509_V_OK) return of_certificate(verdict, tls);
  const int reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
  if (is_no_tls(reason))
    return {"it speaks no TLS", "use its tls-port, or redis:// if it has none"};
  if (is_about_our_certificate(reason)) return of_our_certificate(error.message(), tls);
  // Before TLS 1.3 also what a missing certificate of ours is answered with.
  if (reason == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE)
    return {
        "it broke off the handshake: it may demand a client certificate, or have no cipher in "
        "common",
        "its log says which; a certificate is given with ?cert=/path.pem&key=/path.pem",
        ErrorCode::refused};
  return {"TLS failed: " + error.message(), "its log may say why"};
}

}  // namespace tubes::redis
