#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tubes/bus/bus.hpp>

namespace tubes::test {

/// A bus that leaves everything to another: what a broken one overrides is all that is wrong with
/// it.
class PassingBus : public Bus {
 public:
  using Make = std::function<std::string(std::uint64_t)>;

  explicit PassingBus(std::unique_ptr<Bus> inner) : inner_(std::move(inner)) {}

  void publish(std::string_view topic, std::string_view payload) override {
    inner_->publish(topic, payload);
  }
  bool try_publish(std::string_view topic, std::string_view payload) override {
    return inner_->try_publish(topic, payload);
  }
  void publish_numbered(std::string_view topic, const Make& make) override {
    inner_->publish_numbered(topic, make);
  }
  bool try_publish_numbered(std::string_view topic, const Make& make) override {
    return inner_->try_publish_numbered(topic, make);
  }
  void flush(Milliseconds timeout) override { inner_->flush(timeout); }
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    return inner_->subscribe(filter, std::move(handler), options);
  }
  Subscription on_event(EventHandler handler) override {
    return inner_->on_event(std::move(handler));
  }
  Subscription on_pulse(PulseHandler handler) override {
    return inner_->on_pulse(std::move(handler));
  }
  void after(Milliseconds delay, std::function<void()> action) override {
    inner_->after(delay, std::move(action));
  }
  void put(std::string_view key, std::string_view value) override { inner_->put(key, value); }
  std::optional<std::string> get(std::string_view key) override { return inner_->get(key); }
  void remove(std::string_view key) override { inner_->remove(key); }
  Stats close(Milliseconds timeout) override { return inner_->close(timeout); }
  const std::string& id() const noexcept override { return inner_->id(); }
  Stats stats() const override { return inner_->stats(); }
  std::vector<PeerStats> ask_stats(Milliseconds wait) override { return inner_->ask_stats(wait); }
  Capabilities capabilities() const noexcept override { return inner_->capabilities(); }

 protected:
  Bus& inner() const noexcept { return *inner_; }

 private:
  const std::unique_ptr<Bus> inner_;
};

}  // namespace tubes::test
