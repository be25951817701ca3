#include <cstdio>
#include <cstdlib>

#include <tubes/bus/engine.hpp>
#include <tubes/bus/engine/core.hpp>

namespace tubes {
namespace {

/// The interface over a Core; its end is the end of the bus.
class Engine final : public Bus {
 public:
  explicit Engine(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  ~Engine() override {
    if (core_->inside()) {
      std::fputs(
          "tubes: a bus was destroyed inside its own handler; call close() there, and destroy "
          "it elsewhere\n",
          stderr);
      std::abort();
    }
    core_->shut_down();
  }

  void publish(std::string_view topic, std::string_view payload) override {
    core_->publish(topic, payload, true);
  }
  void publish_numbered(std::string_view topic,
                        const std::function<std::string(std::uint64_t)>& make) override {
    core_->publish_numbered(topic, make, true);
  }
  bool try_publish_numbered(std::string_view topic,
                            const std::function<std::string(std::uint64_t)>& make) override {
    return core_->publish_numbered(topic, make, false);
  }
  bool try_publish(std::string_view topic, std::string_view payload) override {
    return core_->publish(topic, payload, false);
  }
  void flush(Milliseconds timeout) override { core_->flush(timeout); }

  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    return core_->subscribe(Filter(filter), std::move(handler), options);
  }
  Subscription on_event(EventHandler handler) override {
    return core_->on_event(std::move(handler));
  }
  Subscription on_pulse(PulseHandler handler) override {
    return core_->on_pulse(std::move(handler));
  }
  void after(Milliseconds delay, std::function<void()> action) override {
    core_->after(delay, std::move(action));
  }

  void put(std::string_view key, std::string_view value) override {
    core_->call(RetainedCall::Kind::put, key, value);
  }
  std::optional<std::string> get(std::string_view key) override {
    return core_->call(RetainedCall::Kind::get, key, {});
  }
  void remove(std::string_view key) override { core_->call(RetainedCall::Kind::remove, key, {}); }

  Stats close(Milliseconds timeout) override { return core_->close(timeout); }
  const std::string& id() const noexcept override { return core_->id(); }
  std::vector<PeerStats> ask_stats(Milliseconds wait) override { return core_->ask_stats(wait); }
  Stats stats() const override { return core_->stats(); }
  Capabilities capabilities() const noexcept override { return core_->capabilities(); }

 private:
  const std::shared_ptr<Core> core_;
};

}  // namespace

std::unique_ptr<Bus> make_bus(std::unique_ptr<Driver> driver, const BusOptions& options,
                              const Wiring& wiring) {
  return std::make_unique<Engine>(std::make_shared<Core>(std::move(driver), options, wiring));
}

}  // namespace tubes
