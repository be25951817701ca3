#include "echo_server.hpp"

#include <memory>
#include <string_view>
#include <utility>

#include <asio/read_until.hpp>
#include <asio/write.hpp>

#include <tubes/bridge/fingerprint.hpp>

namespace tubes::bridge {
namespace {

using asio::ip::tcp;

/// The client may refuse us: then there is nothing to echo, and the test says so.
template <class Stream>
void echo(Stream& stream) {
  std::string text;
  std::error_code gone;
  asio::read_until(stream, asio::dynamic_buffer(text), '\n', gone);
  if (!gone) asio::write(stream, asio::buffer(text), gone);
}

EchoServer::Client client_of(SSL* connection) {
  EchoServer::Client client;
  const char* const name = SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
  if (name != nullptr) client.name = name;
  const std::unique_ptr<X509, decltype(&X509_free)> certificate{
      SSL_get1_peer_certificate(connection), X509_free};
  if (certificate) client.fingerprint = fingerprint_of(certificate.get());
  return client;
}

}  // namespace

EchoServer::EchoServer(std::optional<test::Certificate> certificate)
    : certificate_(std::move(certificate)),
      acceptor_(io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}),
      thread_([this] { serve(); }) {}

EchoServer::~EchoServer() {
  if (thread_.joinable()) thread_.join();
}

EchoServer::Client EchoServer::client() {
  thread_.join();
  return client_;
}

void EchoServer::serve() {
  tcp::socket socket = acceptor_.accept();
  if (!certificate_) return echo(socket);
  asio::ssl::context tls{asio::ssl::context::tls_server};
  tls.use_certificate(asio::buffer(certificate_->certificate), asio::ssl::context::pem);
  tls.use_private_key(asio::buffer(certificate_->key), asio::ssl::context::pem);
  tls.set_verify_mode(asio::ssl::verify_peer);
  tls.set_verify_callback([](bool, asio::ssl::verify_context&) { return true; });
  asio::ssl::stream<tcp::socket&> stream{socket, tls};
  std::error_code refused;
  stream.handshake(asio::ssl::stream_base::server, refused);
  client_ = client_of(stream.native_handle());
  if (!refused) echo(stream);
}

Outcome say_hello(const Endpoint& endpoint, const Trust& trust) {
  Outcome outcome;
  asio::io_context io;
  std::shared_ptr<Connection> connection;
  connection = std::make_shared<Connection>(
      io, endpoint, trust,
      Connection::Handlers{[&] {
                             outcome.connected = true;
                             connection->send("hello\n");
                           },
                           [&](std::string_view bytes) {
                             outcome.received += bytes;
                             if (outcome.received.ends_with('\n')) connection->close("enough");
                           },
                           [&](const std::string& reason) { outcome.closed += reason; }});
  connection->open();
  io.run();
  return outcome;
}

}  // namespace tubes::bridge
