#include <utility>

#include <asio/buffer.hpp>
#include <asio/connect.hpp>
#include <asio/write.hpp>

#include <tubes/bridge/connection.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::bridge {
namespace {

constexpr std::size_t read_bytes = std::size_t{16} * 1024;

void load_roots(asio::ssl::context& tls, const std::string& ca_file) {
  std::error_code error;
  if (ca_file.empty()) {
    tls.set_default_verify_paths(error);
  } else {
    tls.load_verify_file(ca_file, error);
  }
  if (error) {
    throw Error(ErrorCode::invalid_config, "cannot read certificates from " +
                                               (ca_file.empty() ? "the system" : ca_file) + " (" +
                                               error.message() + "); is ca_file a PEM file?");
  }
}

asio::ssl::context make_tls(const Endpoint& endpoint) {
  asio::ssl::context tls{asio::ssl::context::tls_client};
  SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
  if (endpoint.tls && endpoint.verify) load_roots(tls, endpoint.ca_file);
  return tls;
}

/// Asks OpenSSL for a certificate that names this host, and the server for that certificate.
void expect_host(SSL* tls, const std::string& host) {
  if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1) return;
  SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(tls, host.c_str());
  SSL_set_tlsext_host_name(tls, host.c_str());
}

}  // namespace

void require_certificates(const std::string& ca_file) {
  asio::ssl::context tls{asio::ssl::context::tls_client};
  load_roots(tls, ca_file);
}

Connection::Connection(asio::io_context& io, Endpoint endpoint, Handlers handlers)
    : endpoint_(std::move(endpoint)),
      handlers_(std::move(handlers)),
      tls_(make_tls(endpoint_)),
      stream_(io, tls_),
      resolver_(io),
      timer_(io),
      incoming_(read_bytes, '\0') {}

template <class Use>
void Connection::with_stream(Use&& use) {
  endpoint_.tls ? use(stream_) : use(stream_.next_layer());
}

template <class Next>
auto Connection::then(const char* what, Next next) {
  return [self = shared_from_this(), what, next](std::error_code error, auto&&... results) {
    if (self->closed_) return;
    if (error) return self->close(std::string{what} + ": " + error.message());
    next(*self, std::forward<decltype(results)>(results)...);
  };
}

void Connection::open() {
  timer_.expires_after(connect_timeout);
  timer_.async_wait([self = shared_from_this()](std::error_code error) {
    if (!error) {
      self->close("no connection within " + std::to_string(connect_timeout.count()) + " s");
    }
  });
  resolver_.async_resolve(endpoint_.host, std::to_string(endpoint_.port),
                          then("cannot find the host", [](Connection& self, const auto& results) {
                            self.resolved(results);
                          }));
}

void Connection::resolved(const asio::ip::tcp::resolver::results_type& results) {
  asio::async_connect(
      stream_.next_layer(), results, then("cannot connect", [](Connection& self, const auto&) {
        std::error_code ignored;
        self.stream_.next_layer().set_option(asio::ip::tcp::no_delay{true}, ignored);
        self.endpoint_.tls ? self.handshake() : self.established();
      }));
}

void Connection::handshake() {
  expect_host(stream_.native_handle(), endpoint_.host);
  stream_.set_verify_mode(endpoint_.verify ? asio::ssl::verify_peer : asio::ssl::verify_none);
  stream_.async_handshake(Stream::client, [self = shared_from_this()](std::error_code error) {
    if (self->closed_) return;
    error ? self->close(self->handshake_failure(error)) : self->established();
  });
}

std::string Connection::handshake_failure(const std::error_code& error) {
  const long verdict = SSL_get_verify_result(stream_.native_handle());
  if (!endpoint_.verify || verdict == X509_V_OK) return "TLS failed: " + error.message();
  return "the certificate of " + endpoint_.host + " is not trusted (" +
         X509_verify_cert_error_string(verdict) +
         "); if it is your own, name its authority in tls.ca_file";
}

void Connection::established() {
  timer_.cancel();
  handlers_.connected();
  if (!closed_) read();
}

void Connection::read() {
  with_stream([this](auto& stream) {
    stream.async_read_some(
        asio::buffer(incoming_), then("connection lost", [](Connection& self, std::size_t size) {
          self.handlers_.received(std::string_view{self.incoming_}.substr(0, size));
          if (!self.closed_) self.read();
        }));
  });
}

void Connection::send(std::string_view bytes) {
  if (closed_ || bytes.empty()) return;
  if (writing_.size() + waiting_.size() + bytes.size() > max_waiting) {
    return close("the server does not read: more than " + std::to_string(max_waiting) +
                 " bytes wait to be sent");
  }
  waiting_ += bytes;
  if (writing_.empty()) write();
}

void Connection::write() {
  writing_ = std::exchange(waiting_, {});
  with_stream([this](auto& stream) {
    asio::async_write(stream, asio::buffer(writing_),
                      then("connection lost", [](Connection& self, std::size_t) {
                        self.writing_.clear();
                        if (!self.waiting_.empty()) self.write();
                      }));
  });
}

void Connection::close(const std::string& reason) {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();  // whoever hears of the end may let go of us
  std::error_code ignored;
  resolver_.cancel();
  timer_.cancel();
  stream_.next_layer().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  stream_.next_layer().close(ignored);
  handlers_.closed(reason);
}

}  // namespace tubes::bridge
