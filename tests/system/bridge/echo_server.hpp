#pragma once

#include <optional>
#include <string>
#include <thread>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/ssl.hpp>

#include <tubes/bridge/connection.hpp>
#include <tubes/tests/support/certificate.hpp>

namespace tubes::bridge {

/// Accepts one connection on loopback, over TLS if it has a certificate, and sends back its first
/// line. It asks for a certificate of the client, and takes any.
class EchoServer {
 public:
  explicit EchoServer(std::optional<test::Certificate> certificate = {});
  ~EchoServer();

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  /// Once say_hello() has returned: the name that the client asked for (SNI), and the fingerprint
  /// of its certificate; "" for none. They wait for the connection's end, once.
  struct Client {
    std::string name, fingerprint;
  };
  Client client();

 private:
  void serve();

  std::optional<test::Certificate> certificate_;
  Client client_;
  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_;
  std::thread thread_;
};

struct Outcome {
  bool connected = false;
  std::string received, closed;
};

/// Connects, says hello, and lets go at the first line or at the end of the connection.
Outcome say_hello(const Endpoint& endpoint, const Trust& trust = {});

}  // namespace tubes::bridge
