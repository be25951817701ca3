#include "places.hpp"

#include <csignal>
#include <utility>

#include <tubes/bus/clock.hpp>
#include <tubes/tests/support/temp_folder.hpp>
#include <tubes/transports/open.hpp>
#ifdef TUBES_REDIS
#include <tubes/tests/system/redis/redis_server.hpp>
#endif
#ifdef TUBES_ZEROMQ
#include <tubes/tests/system/zeromq/place.hpp>
#endif

namespace tubes::test {
namespace {

class Memory final : public conformance::Place {
 public:
  std::unique_ptr<Bus> open(const BusOptions& options) override {
    return tubes::open("memory://meeting?dispatch=thread", options);
  }
};

/// Handlers run inside publish, and time stands still until it is moved.
class InlineMemory final : public conformance::Place {
 public:
  std::unique_ptr<Bus> open(const BusOptions& options) override {
    auto with_clock = options;
    with_clock.clock = &clock_;
    return tubes::open("memory://meeting", with_clock);
  }
  void pass(Milliseconds duration) override { clock_.advance(duration); }

 private:
  VirtualClock clock_;
};

#ifdef TUBES_REDIS
class Redis : public conformance::Place {
 public:
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
  void freeze() override { server_.signal(SIGSTOP); }

 protected:
  virtual std::string url() const { return server_.url(); }

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
#endif

#ifdef TUBES_ZEROMQ
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
#endif

template <class Place>
conformance::Transport transport(std::string name) {
  return {std::move(name), [] { return std::make_unique<Place>(); }};
}

}  // namespace

std::vector<conformance::Transport> every_transport() {
  return {
      transport<Memory>("memory"), transport<InlineMemory>("memory-inline"),
#ifdef TUBES_REDIS
      transport<Redis>("redis"),   transport<RedisUnix>("redis+unix"),
#endif
#ifdef TUBES_ZEROMQ
      transport<Zmq>("zmq"),       transport<ZmqIpc>("zmq+ipc"),
#endif
  };
}

}  // namespace tubes::test
