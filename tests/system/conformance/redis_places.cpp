#include <tubes/tests/support/certificate.hpp>
#include <tubes/tests/support/ports.hpp>
#include <tubes/tests/support/temp_folder.hpp>
#include <tubes/tests/system/redis/redis_server.hpp>
#include <tubes/transports/open.hpp>

#include "places.hpp"

namespace tubes::test {
namespace {

class Redis : public conformance::Place {
 public:
  Redis() : Redis(std::vector<std::string>{}) {}

  Description describe() const override {
    return {.can_die = true,
            .can_freeze = true,
            .address = "redis at 127.0.0.1:" + std::to_string(server_.port()),
            .remedy = "is it running?"};
  }
  std::unique_ptr<Bus> open(const BusOptions& options) override {
    return tubes::open(url(), options);
  }
  void kill() override { server_.kill(); }
  void start() override { server_.start(); }
  void freeze() override { server_.freeze(); }

 protected:
  virtual std::string url() const { return server_.url(); }

  explicit Redis(std::vector<std::string> options) : server_(std::move(options)) {}

  RedisServer server_;
};

class RedisUnix final : public Redis {
 public:
  Description describe() const override {
    auto description = Redis::describe();
    description.address = "redis at " + server_.socket();
    return description;
  }

 private:
  std::string url() const override { return "redis+unix://" + server_.socket(); }
};
/// The files of an authority of our own, and of a server and a client that it vouches for.
struct Credentials {
  TempFolder folder;
  Certificate authority = Certificate::self_signed("DNS:authority");
  Certificate::Files ca = authority.write(folder.path(), "ca");
  Certificate::Files server = authority.issue("IP:127.0.0.1").write(folder.path(), "server");
  Certificate::Files client = authority.issue("DNS:client").write(folder.path(), "client");
  std::uint16_t port = free_port();

  std::vector<std::string> options() const {
    return {"--tls-port",         std::to_string(port),
            "--tls-cert-file",    server.certificate,
            "--tls-key-file",     server.key,
            "--tls-ca-cert-file", ca.certificate,
            "--tls-auth-clients", "yes"};
  }
};

/// A base, because the server ends before its files do.
class RedisTls final : Credentials, public Redis {
 public:
  RedisTls() : Redis(Credentials::options()) {}

  Description describe() const override {
    auto description = Redis::describe();
    description.address = "127.0.0.1:" + std::to_string(port);
    return description;
  }

 private:
  std::string url() const override {
    return "rediss://127.0.0.1:" + std::to_string(port) + "?ca=" + ca.certificate +
           "&cert=" + client.certificate + "&key=" + client.key;
  }
};

}  // namespace

Transports redis_transports() {
  return {transport<Redis>("redis"), transport<RedisUnix>("redis+unix"),
          transport<RedisTls>("rediss")};
}

}  // namespace tubes::test
