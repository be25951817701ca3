#include <tubes/tests/support/temp_folder.hpp>
#include <tubes/tests/system/zeromq/broker_process.hpp>
#include <tubes/tests/system/zeromq/place.hpp>
#include <tubes/transports/open.hpp>

#include "places.hpp"

namespace tubes::test {
namespace {

class Zmq : public conformance::Place {
 public:
  Zmq() : Zmq(free_url().shown()) {}

  Description describe() const override {
    return {.can_die = true,
            .can_freeze = true,
            .address = address_.substr(address_.find("//") + 2),
            .remedy = "start one with: tubes broker"};
  }
  std::unique_ptr<Bus> open(const BusOptions& options) override {
    return tubes::open(address_ + for_clients_, options);
  }
  void kill() override { broker_.kill(); }
  void start() override { broker_.start(); }
  void freeze() override { broker_.freeze(); }

 protected:
  explicit Zmq(const std::string& address, const std::string& for_broker = {},
               std::string for_clients = {})
      : address_(address), for_clients_(std::move(for_clients)), broker_(address + for_broker) {}

 private:
  std::string address_, for_clients_;
  BrokerProcess broker_;
};

/// A base, because the broker ends before its folder does.
struct SocketFolder {
  TempFolder folder;
};

class ZmqIpc final : SocketFolder, public Zmq {
 public:
  ZmqIpc() : Zmq("zmq+ipc://" + folder.path().string() + "/bus") {}
};

/// A broker with a key, and clients that it allows by theirs.
struct Keys {
  TempFolder folder;
  std::string broker = made("broker"), client = made("client");

  std::string made(const std::string& name) const {
    auto path = (folder.path() / name).string();
    write_new_keys(path);
    return path;
  }
};

class ZmqCurve final : Keys, public Zmq {
 public:
  ZmqCurve()
      : Zmq(free_url().shown(), "?key=" + Keys::broker + "&allow=" + Keys::client + ".pub",
            "?server_key=" + Keys::broker + ".pub&key=" + Keys::client) {}
};

}  // namespace

Transports zeromq_transports() {
  return {transport<Zmq>("zmq"), transport<ZmqIpc>("zmq+ipc"), transport<ZmqCurve>("zmq-curve")};
}

}  // namespace tubes::test
