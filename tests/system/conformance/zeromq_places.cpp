#include <tubes/tests/support/temp_folder.hpp>
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
            .address = url_.substr(url_.find("//") + 2),
            .remedy = "start one with: tubes broker"};
  }
  std::unique_ptr<Bus> open(const BusOptions& options) override {
    return tubes::open(url_, options);
  }
  void kill() override { broker_.reset(); }
  void start() override { broker_ = serve(url_); }

 protected:
  explicit Zmq(std::string url) : url_(std::move(url)), broker_(serve(url_)) {}

 private:
  std::string url_;
  std::unique_ptr<Broker> broker_;
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
  std::string address = free_url().shown();
  std::string broker = made("broker"), client = made("client");

  std::string made(const std::string& name) const {
    auto path = (folder.path() / name).string();
    write_new_keys(path);
    return path;
  }
};

class ZmqCurve final : Keys, public conformance::Place {
 public:
  Description describe() const override {
    return {.can_die = true,
            .address = address.substr(address.find("//") + 2),
            .remedy = "start one with: tubes broker"};
  }
  std::unique_ptr<Bus> open(const BusOptions& options) override {
    return tubes::open(address + "?server_key=" + Keys::broker + ".pub&key=" + client, options);
  }
  void kill() override { running_.reset(); }
  void start() override { running_ = serve(url()); }

 private:
  std::string url() const { return address + "?key=" + Keys::broker + "&allow=" + client + ".pub"; }

  std::unique_ptr<Broker> running_ = serve(url());
};

}  // namespace

Transports zeromq_transports() {
  return {transport<Zmq>("zmq"), transport<ZmqIpc>("zmq+ipc"), transport<ZmqCurve>("zmq-curve")};
}

}  // namespace tubes::test
