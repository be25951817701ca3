#include <optional>
#include <string>
#include <thread>

#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>

#include <tubes/bridge/connection.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/tests/support/certificate.hpp>
#include <tubes/tests/support/temp_folder.hpp>

namespace tubes::bridge {
namespace {

using asio::ip::tcp;
using test::Certificate;

/// Accepts one connection on loopback and sends back its first line.
class EchoServer {
 public:
  explicit EchoServer(std::optional<Certificate> certificate = {})
      : certificate_(std::move(certificate)),
        acceptor_(io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}),
        thread_([this] { serve(); }) {}
  ~EchoServer() { thread_.join(); }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void serve() {
    tcp::socket socket = acceptor_.accept();
    if (!certificate_) return echo(socket);
    asio::ssl::context tls{asio::ssl::context::tls_server};
    tls.use_certificate(asio::buffer(certificate_->certificate), asio::ssl::context::pem);
    tls.use_private_key(asio::buffer(certificate_->key), asio::ssl::context::pem);
    asio::ssl::stream<tcp::socket&> stream{socket, tls};
    std::error_code refused;
    stream.handshake(asio::ssl::stream_base::server, refused);
    if (!refused) echo(stream);
  }

  /// The client may refuse us: then there is nothing to echo, and the test says so.
  template <class Stream>
  static void echo(Stream& stream) {
    std::string text;
    std::error_code gone;
    asio::read_until(stream, asio::dynamic_buffer(text), '\n', gone);
    if (!gone) asio::write(stream, asio::buffer(text), gone);
  }

  std::optional<Certificate> certificate_;
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

/// A certificate in a file of its own.
class CaFile {
 public:
  explicit CaFile(const Certificate& certificate)
      : name(certificate.write(folder_.path(), "ca").certificate) {}

 private:
  test::TempFolder folder_;

 public:
  const std::string name;
};

struct Outcome {
  bool connected = false;
  std::string received, closed;
};

/// Connects, says hello, and lets go at the first line or at the end of the connection.
Outcome say_hello(const Endpoint& endpoint) {
  Outcome outcome;
  asio::io_context io;
  std::shared_ptr<Connection> connection;
  connection = std::make_shared<Connection>(
      io, endpoint,
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

void check_trusted(const Outcome& outcome) {
  CHECK(outcome.connected);
  CHECK(outcome.received == "hello\n");
  CHECK(outcome.closed == "enough");
}

void check_refused(const Outcome& outcome, const std::string& why) {
  CHECK_FALSE(outcome.connected);
  CHECK(outcome.closed.find("is not trusted (" + why) != std::string::npos);
}

TEST_CASE("a plain connection carries bytes both ways and is closed once") {
  const EchoServer server;
  check_trusted(say_hello({"127.0.0.1", server.port(), false, true, ""}));
}

TEST_CASE("a self-signed certificate is refused") {
  const EchoServer server{Certificate::self_signed("DNS:localhost")};
  check_refused(say_hello({"localhost", server.port(), true, true, ""}), "self-signed");
}

TEST_CASE("a certificate of the authority in ca_file is accepted") {
  const auto certificate = Certificate::self_signed("DNS:localhost");
  const CaFile ca{certificate};
  const EchoServer server{certificate};
  check_trusted(say_hello({"localhost", server.port(), true, true, ca.name}));
}

TEST_CASE("a trusted certificate for another host is refused") {
  const auto certificate = Certificate::self_signed("DNS:elsewhere.example");
  const CaFile ca{certificate};
  const EchoServer server{certificate};
  check_refused(say_hello({"localhost", server.port(), true, true, ca.name}), "hostname mismatch");
}

TEST_CASE("an address is verified as an address") {
  const auto right = Certificate::self_signed("IP:127.0.0.1");
  const CaFile right_ca{right};
  const EchoServer server{right};
  check_trusted(say_hello({"127.0.0.1", server.port(), true, true, right_ca.name}));
  const auto wrong = Certificate::self_signed("DNS:127.0.0.1");
  const CaFile wrong_ca{wrong};
  const EchoServer other{wrong};
  check_refused(say_hello({"127.0.0.1", other.port(), true, true, wrong_ca.name}), "IP address");
}

TEST_CASE("any certificate is accepted where verification is off") {
  const EchoServer server{Certificate::self_signed("DNS:elsewhere.example")};
  check_trusted(say_hello({"localhost", server.port(), true, false, ""}));
}

TEST_CASE("a port where nobody listens is told with the cause") {
  std::uint16_t port = 0;
  {
    asio::io_context io;
    port = tcp::acceptor{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}}
               .local_endpoint()
               .port();
  }
  CHECK(say_hello({"127.0.0.1", port, false, true, ""}).closed ==
        "cannot connect: Connection refused");
}

TEST_CASE("a server that does not read is let go of") {
  asio::io_context io;
  tcp::acceptor acceptor{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  std::string closed;
  std::shared_ptr<Connection> connection;
  connection = std::make_shared<Connection>(
      io, Endpoint{"127.0.0.1", acceptor.local_endpoint().port(), false, true, ""},
      Connection::Handlers{[&] {
                             connection->send(std::string(Connection::max_waiting, 'x'));
                             CHECK(closed.empty());
                             connection->send("x");
                           },
                           [](std::string_view) {}, [&](const std::string& why) { closed = why; }});
  connection->open();
  io.run();
  CHECK(closed.find("the server does not read") == 0);
}

TEST_CASE("a ca_file that cannot be read is an error with its name") {
  CHECK_THROWS_AS(say_hello({"localhost", 1, true, true, "/nowhere/ca.pem"}), Error);
}

}  // namespace
}  // namespace tubes::bridge
