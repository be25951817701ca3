#include <csignal>
#include <string>

#include <doctest/doctest.h>

#include <tubes/tests/support/certificate.hpp>
#include <tubes/tests/support/ports.hpp>

#include "peer.hpp"
#include "redis_server.hpp"

using namespace tubes;
using namespace tubes::test;
using Messages = std::vector<RecordingSink::Message>;

namespace {

/// A real redis-server with a tls-port, and the authority that signed its certificate.
class TlsServer {
 public:
  explicit TlsServer(const std::string& name = "DNS:localhost", Validity validity = {},
                     const std::string& auth_clients = "no", const std::string& protocols = "")
      : own_(authority.issue(name, validity).write(folder.path(), "server")),
        redis({"--tls-port", std::to_string(port), "--tls-cert-file", own_.certificate,
               "--tls-key-file", own_.key, "--tls-ca-cert-file", ca, "--tls-auth-clients",
               auth_clients, "--tls-protocols", protocols}) {}

  std::string url(const std::string& host, const std::string& rest = "") const {
    return "rediss://" + host + ":" + std::to_string(port) + rest;
  }
  /// As url(), but trusts the authority.
  std::string trusting(const std::string& host, const std::string& more = "") const {
    return url(host, "?ca=" + ca + more);
  }
  /// The parameters of a client certificate of this authority.
  std::string client_of(const Certificate& issuer, const std::string& stem) const {
    const auto files = issuer.issue("DNS:client").write(folder.path(), stem);
    return "&cert=" + files.certificate + "&key=" + files.key;
  }

  TempFolder folder;
  Certificate authority = Certificate::self_signed("DNS:authority");
  std::string ca = authority.write(folder.path(), "ca").certificate;
  std::uint16_t port = free_port();

 private:
  Certificate::Files own_;

 public:
  RedisServer redis;
};

Error failure_of(const std::string& url, const BusOptions& options = {}) {
  Peer peer(url, options);
  peer.driver->connect(peer.sink);
  return peer.failure();
}

void check_says(const Error& error, const std::string& text) {
  INFO(error.what());
  CHECK(std::string(error.what()).find(text) != std::string::npos);
}

/// What the driver says of this URL when it is opened.
std::string refusal_of(const std::string& url) {
  try {
    redis::make_driver(Url::parse(url), {});
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::invalid_url);
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("everything works over TLS with the certificate of a private authority") {
  const TlsServer server;
  Peer peer(server.trusting("localhost"));
  peer.connect();
  peer.subscribe("in");
  const std::string payload(1 << 20, 'x');
  peer.publish("in", "x");
  peer.publish("in", payload);
  peer.poll_until_messages(2);
  CHECK(peer.sink.messages == Messages{{"in", "x", "in"}, {"in", payload, "in"}});
  CHECK(peer.call({1, RetainedCall::Kind::put, "k", "v"}) == "1 done");
  CHECK(peer.call({2, RetainedCall::Kind::get, "k", {}}) == "2 = v");
}

TEST_CASE("a certificate of an authority that nobody named is not trusted") {
  const TlsServer server;
  const Error error = failure_of(server.url("localhost"));
  CHECK(error.code() == ErrorCode::unreachable);
  check_says(error, "redis at localhost:" + std::to_string(server.port));
  check_says(error, "its certificate is of an authority unknown to this system");
  check_says(error, "?ca=/path.pem");
}

TEST_CASE("a certificate of another authority than the one that is named is not trusted") {
  const TlsServer server;
  const auto other = Certificate::self_signed("DNS:other").write(server.folder.path(), "other");
  const Error error = failure_of(server.url("localhost", "?ca=" + other.certificate));
  check_says(error, "an authority unknown to " + other.certificate);
}

TEST_CASE("a certificate for another name is refused, unless servername says so") {
  const TlsServer server("DNS:redis.example");
  check_says(failure_of(server.trusting("localhost")), "its certificate is not for localhost");
  Peer peer(server.trusting("localhost", "&servername=redis.example"));
  CHECK_NOTHROW(peer.connect());
}

TEST_CASE("an IP address is verified as an address") {
  const TlsServer right("IP:127.0.0.1"), wrong("DNS:127.0.0.1");
  Peer peer(right.trusting("127.0.0.1"));
  CHECK_NOTHROW(peer.connect());
  check_says(failure_of(wrong.trusting("127.0.0.1")), "its certificate is not for 127.0.0.1");
}

TEST_CASE("a certificate is refused once it has expired, and before it is valid") {
  using std::chrono::hours;
  const TlsServer late("DNS:localhost", {hours{-48}, hours{-24}});
  check_says(failure_of(late.trusting("localhost")), "its certificate has expired");
  const TlsServer early("DNS:localhost", {hours{24}, hours{48}});
  check_says(failure_of(early.trusting("localhost")), "its certificate is not valid yet");
}

TEST_CASE("insecure=1 trusts whoever answers") {
  const TlsServer server("DNS:elsewhere", {std::chrono::hours{-48}, std::chrono::hours{-24}});
  Peer peer(server.url("localhost", "?insecure=1"));
  CHECK_NOTHROW(peer.connect());
}

TEST_CASE("a server that demands a client certificate gets it, or says that it misses it") {
  for (const auto* protocols : {"TLSv1.2", "TLSv1.3"}) {
    CAPTURE(protocols);
    const TlsServer server("DNS:localhost", {}, "yes", protocols);
    Peer peer(server.trusting("localhost", server.client_of(server.authority, "client")));
    CHECK_NOTHROW(peer.connect());
    const Error none = failure_of(server.trusting("localhost"));
    check_says(none, "client certificate");
    check_says(none, "?cert=/path.pem&key=/path.pem");
    const auto stranger = server.client_of(Certificate::self_signed("DNS:other"), "stranger");
    check_says(failure_of(server.trusting("localhost", stranger)), "stranger.pem");
  }
}

TEST_CASE("a server that speaks no TLS is told as that") {
  const RedisServer server;
  const BusOptions short_of_time{.connect_timeout = Milliseconds{1'000}};
  const Error error =
      failure_of("rediss://127.0.0.1:" + std::to_string(server.port()), short_of_time);
  CHECK(error.code() == ErrorCode::unreachable);
  check_says(error, "tls-port");
}

TEST_CASE("a server that only speaks TLS is told as that") {
  const TlsServer server;
  const Error error = failure_of("redis://127.0.0.1:" + std::to_string(server.port));
  check_says(error, "rediss://");
}

TEST_CASE("a server that says nothing is given up with what was waited for") {
  const TlsServer server;
  server.redis.freeze();
  const BusOptions short_of_time{.connect_timeout = Milliseconds{500}};
  check_says(failure_of(server.trusting("localhost"), short_of_time),
             "no answer to the TLS handshake within 450 ms");
  check_says(failure_of(server.redis.url(), short_of_time), "no word from it within 450 ms");
}

TEST_CASE("a server over TLS that dies is an error, and the next connection works") {
  TlsServer server;
  Peer peer(server.trusting("localhost"));
  peer.connect();
  peer.subscribe("in");
  server.redis.kill();
  const Error error = peer.failure();
  CHECK(error.code() == ErrorCode::unreachable);
  check_says(error, "lost redis at localhost:" + std::to_string(server.port));
  server.redis.start();
  peer.connect();
  peer.subscribe("in");
  peer.publish("in", "again");
  peer.poll_until_messages(1);
  CHECK(peer.sink.messages == Messages{{"in", "again", "in"}});
}

TEST_CASE("a file that is missing, or not what it should be, is an error that names it") {
  const TempFolder folder;
  const auto one = Certificate::self_signed("DNS:one").write(folder.path(), "one");
  const auto other = Certificate::self_signed("DNS:other").write(folder.path(), "other");
  const auto refused = [&](const std::string& parameters, const std::string& named) {
    const auto text = refusal_of("rediss://h?" + parameters);
    INFO(text);
    return text.find("cannot use " + named + " (") == 0;
  };
  CHECK(refused("ca=/nowhere/ca.pem", "ca=/nowhere/ca.pem"));
  CHECK(refused("ca=" + one.key, "ca=" + one.key));
  CHECK(refused("cert=/nowhere/c.pem&key=" + one.key, "cert=/nowhere/c.pem"));
  CHECK(refused("cert=" + one.certificate + "&key=/nowhere/k", "key=/nowhere/k"));
  CHECK(refused("cert=" + one.certificate + "&key=" + other.key, "key=" + other.key));
  CHECK(refusal_of("rediss://h?cert=" + one.certificate + "&key=" + one.key).empty());
}
