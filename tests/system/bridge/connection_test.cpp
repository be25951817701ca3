#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/connection.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/tests/support/certificate.hpp>
#include <tubes/tests/support/temp_folder.hpp>

#include "echo_server.hpp"

namespace tubes::bridge {
namespace {

using asio::ip::tcp;
using test::Certificate;

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

Trust issued_by(const std::string& ca_file) {
  Trust trust;
  trust.ca_file = ca_file;
  return trust;
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
  check_trusted(say_hello({"127.0.0.1", server.port(), false}));
}

TEST_CASE("a self-signed certificate is refused") {
  const EchoServer server{Certificate::self_signed("DNS:localhost")};
  check_refused(say_hello({"localhost", server.port()}), "self-signed");
}

TEST_CASE("a certificate of the authority in ca_file is accepted") {
  const auto certificate = Certificate::self_signed("DNS:localhost");
  const CaFile ca{certificate};
  const EchoServer server{certificate};
  check_trusted(say_hello({"localhost", server.port()}, issued_by(ca.name)));
}

TEST_CASE("a trusted certificate for another host is refused") {
  const auto certificate = Certificate::self_signed("DNS:elsewhere.example");
  const CaFile ca{certificate};
  const EchoServer server{certificate};
  check_refused(say_hello({"localhost", server.port()}, issued_by(ca.name)), "hostname mismatch");
}

TEST_CASE("an address is verified as an address") {
  const auto right = Certificate::self_signed("IP:127.0.0.1");
  const CaFile right_ca{right};
  const EchoServer server{right};
  check_trusted(say_hello({"127.0.0.1", server.port()}, issued_by(right_ca.name)));
  const auto wrong = Certificate::self_signed("DNS:127.0.0.1");
  const CaFile wrong_ca{wrong};
  const EchoServer other{wrong};
  check_refused(say_hello({"127.0.0.1", other.port()}, issued_by(wrong_ca.name)), "IP address");
}

TEST_CASE("any certificate is accepted where verification is off") {
  const EchoServer server{Certificate::self_signed("DNS:elsewhere.example")};
  Trust insecure;
  insecure.verify = false;
  check_trusted(say_hello({"localhost", server.port()}, insecure));
}

TEST_CASE("a port where nobody listens is told with the cause") {
  std::uint16_t port = 0;
  {
    asio::io_context io;
    port = tcp::acceptor{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}}
               .local_endpoint()
               .port();
  }
  CHECK(say_hello({"127.0.0.1", port, false}).closed == "cannot connect: Connection refused");
}

TEST_CASE("a server that does not read is let go of") {
  asio::io_context io;
  tcp::acceptor acceptor{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  std::string closed;
  std::shared_ptr<Connection> connection;
  connection = std::make_shared<Connection>(
      io, Endpoint{"127.0.0.1", acceptor.local_endpoint().port(), false}, Trust{},
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
  CHECK_THROWS_AS(say_hello({"localhost", 1}, issued_by("/nowhere/ca.pem")), Error);
}

}  // namespace
}  // namespace tubes::bridge
