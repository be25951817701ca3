#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/read_until.hpp>
#include <asio/ssl.hpp>
#include <asio/write.hpp>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <poll.h>

#include <tubes/bridge/network.hpp>
#include <tubes/tests/support/certificate.hpp>
#include <tubes/tests/support/ports.hpp>
#include <tubes/tests/support/temp_folder.hpp>

namespace tubes::bridge {
namespace {

using asio::ip::tcp;
using test::Certificate;

/// An IRC server that does what the test says, line by line, with TLS if it has a certificate.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::optional<Certificate> certificate = {})
      : certificate_(std::move(certificate)) {
    if (!certificate_) return;
    tls_.use_certificate(asio::buffer(certificate_->certificate), asio::ssl::context::pem);
    tls_.use_private_key(asio::buffer(certificate_->key), asio::ssl::context::pem);
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  /// Waits for a connection; returns whether its handshake succeeded.
  bool accept() {
    buffer_.clear();
    pollfd caller{acceptor_.native_handle(), POLLIN, 0};
    REQUIRE(::poll(&caller, 1, 20'000) == 1);
    stream_.emplace(acceptor_.accept(), tls_);
    std::error_code refused;
    if (certificate_) stream_->handshake(asio::ssl::stream_base::server, refused);
    return !refused;
  }
  void hang_up() { stream_.reset(); }
  void send(const std::string& line) {
    with_stream([&](auto& stream) { asio::write(stream, asio::buffer(line + "\r\n")); });
  }
  /// A line; "" at the end of the connection.
  std::string read() {
    std::error_code gone;
    std::size_t size = 0;
    with_stream([&](auto& stream) {
      size = asio::read_until(stream, asio::dynamic_buffer(buffer_), "\r\n", gone);
    });
    if (gone) return std::exchange(buffer_, "");
    const auto line = buffer_.substr(0, size - 2);
    buffer_.erase(0, size);
    return line;
  }
  void expect_registration() {
    CHECK(read() == "CAP LS 302");
    CHECK(read() == "NICK bot");
    CHECK(read() == "USER bot 0 * :bot");
  }
  void let_in() {
    send(":s 001 bot :Welcome");
    send(":s 422 bot :MOTD File is missing");
    CHECK(read() == "JOIN #a");
  }

 private:
  template <class Use>
  void with_stream(Use&& use) {
    certificate_ ? use(*stream_) : use(stream_->next_layer());
  }

  asio::io_context io_;
  tcp::acceptor acceptor_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  std::optional<Certificate> certificate_;
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  std::optional<asio::ssl::stream<tcp::socket>> stream_;
  std::string buffer_;
};

/// A bridge's network, on a thread of its own.
class Running {
 public:
  explicit Running(NetworkConfig config, const std::string& state_file = "")
      : sts_(state_file),
        network_(io_, std::move(config), sts_, {[](const Message&) {}, [](const std::string&) {}}) {
    asio::post(io_, [this] { network_.start(); });
    thread_ = std::thread{[this] { io_.run(); }};
  }
  ~Running() {
    asio::post(io_, [this] { network_.quit("enough"); });
    thread_.join();
  }

 private:
  asio::io_context io_;
  StsStore sts_;
  Network network_;
  std::thread thread_;
};

NetworkConfig config_of(std::vector<Endpoint> servers, Trust trust = {}) {
  NetworkConfig config;
  config.servers = std::move(servers);
  config.trust = std::move(trust);
  config.session.nick = config.session.user = config.session.realname = "bot";
  config.session.channels = {"#a"};
  return config;
}

Trust issued_by(const Certificate& authority, const test::TempFolder& folder) {
  Trust trust;
  trust.ca_file = authority.write(folder.path(), "authority").certificate;
  return trust;
}

TEST_CASE("servers take turns: a dead one is passed over, the one that is lost gives way") {
  ScriptedServer second, third;
  const Running network{config_of({{"127.0.0.1", test::free_port(), false},
                                   {"127.0.0.1", second.port(), false},
                                   {"127.0.0.1", third.port(), false}})};
  second.accept();
  second.expect_registration();
  second.let_in();
  second.hang_up();
  third.accept();
  third.expect_registration();
  third.let_in();
  third.hang_up();
  second.accept();  // past the first, which is dead
  second.expect_registration();
}

TEST_CASE("a server may have TLS where another has none") {
  const test::TempFolder folder;
  const auto certificate = Certificate::self_signed("DNS:localhost");
  ScriptedServer plain, secure{certificate};
  const Running network{
      config_of({{"localhost", plain.port(), false}, {"localhost", secure.port(), true}},
                issued_by(certificate, folder))};
  plain.accept();
  plain.expect_registration();
  plain.hang_up();
  CHECK(secure.accept());
  secure.expect_registration();
}

TEST_CASE("a server that asks for TLS gets it at once, and a restart remembers it") {
  const test::TempFolder folder;
  const auto state = (folder.path() / "state.json").string();
  const auto certificate = Certificate::self_signed("DNS:localhost");
  ScriptedServer plain, secure{certificate};
  const auto config =
      config_of({{"localhost", plain.port(), false}}, issued_by(certificate, folder));
  {
    const Running network{config, state};
    plain.accept();
    plain.expect_registration();
    plain.send(":s CAP * LS * :account-tag sts=port=" + std::to_string(secure.port()) +
               ",duration=1000");
    CHECK(plain.read().empty());  // nothing more than the registration, not even CAP END
    REQUIRE(secure.accept());
    secure.expect_registration();
    secure.send(":s CAP * LS :sts=port=1,duration=1000");
    CHECK(secure.read() == "CAP END");
    secure.let_in();
  }
  const Running network{config, state};
  CHECK(secure.accept());
  secure.expect_registration();
  const auto kept = nlohmann::json::parse(std::ifstream{state})["sts"]["localhost"];
  CHECK(kept["port"] == secure.port());
  CHECK(kept["duration"] == 1000);
}

TEST_CASE("a server that asks for TLS must have a certificate that is trusted, insecure or not") {
  ScriptedServer plain, secure{Certificate::self_signed("DNS:localhost")};
  Trust insecure;
  insecure.verify = false;
  const Running network{config_of({{"localhost", plain.port(), false}}, insecure)};
  for (int times = 0; times < 2; ++times) {
    plain.accept();
    plain.expect_registration();
    plain.send(":s CAP * LS :sts=port=" + std::to_string(secure.port()));
    CHECK(plain.read().empty());
    CHECK_FALSE(secure.accept());
  }
}

TEST_CASE("a server that asks for TLS never sees the password in clear, though it has no TLS") {
  ScriptedServer plain, secure{Certificate::self_signed("DNS:localhost")};
  auto config = config_of({{"localhost", plain.port(), false}});
  config.session.password = "hunter2";
  const Running network{config};
  plain.accept();
  CHECK(plain.read() == "CAP LS 302");
  plain.send(":s CAP * LS :sts=port=" + std::to_string(secure.port()));
  CHECK(plain.read().empty());
  for (int times = 0; times < 3; ++times) CHECK_FALSE(secure.accept());  // and nobody else is asked
}

TEST_CASE("where a policy is kept insecure counts for nothing, nor with an ircs:// URL") {
  const test::TempFolder folder;
  const auto state = (folder.path() / "state.json").string();
  ScriptedServer secure{Certificate::self_signed("DNS:localhost")};
  std::ofstream{state} << R"({"sts": {"localhost": {"port": 1, "duration": 1000, "expires": )"
                       << 4'102'444'800 << "}}}";
  Trust insecure;
  insecure.verify = false;
  const Running network{config_of({{"localhost", secure.port(), true}}, insecure), state};
  CHECK_FALSE(secure.accept());
}

TEST_CASE("what an unverified server says of TLS is not remembered") {
  const test::TempFolder folder;
  const auto state = (folder.path() / "state.json").string();
  ScriptedServer secure{Certificate::self_signed("DNS:localhost")};
  Trust insecure;
  insecure.verify = false;
  {
    const Running network{config_of({{"localhost", secure.port(), true}}, insecure), state};
    CHECK(secure.accept());
    secure.expect_registration();
    secure.send(":s CAP * LS :sts=duration=1000");
    CHECK(secure.read() == "CAP END");
  }
  CHECK_FALSE(std::filesystem::exists(state));
}

}  // namespace
}  // namespace tubes::bridge
