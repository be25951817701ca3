#include "hub_driver.hpp"

#include <mutex>
#include <utility>

namespace tubes::test {
namespace {

class HubDriver final : public Driver {
 public:
  HubDriver(std::shared_ptr<Hub> hub, Capabilities capabilities)
      : hub_(std::move(hub)), capabilities_(capabilities) {}
  ~HubDriver() override { disconnect(); }

  Capabilities capabilities() const noexcept override { return capabilities_; }
  std::string address() const override { return Hub::address; }

  void connect(Sink& sink) override {
    sink_ = &sink;
    set_line(hub_->connect());
  }
  void disconnect() noexcept override {
    if (line_) hub_->disconnect(line_);
    set_line(nullptr);
  }

  void subscribe(const Filter& filter) override { hub_->subscribe(line_, filter); }
  void unsubscribe(const Filter& filter) override { hub_->unsubscribe(line_, filter); }

  std::size_t send(std::span<const Outgoing* const> messages) override {
    for (const auto* message : messages) hub_->publish(line_, *message);
    return messages.size();
  }
  void call(const RetainedCall& call) override { hub_->call(line_, call); }

  void poll(Milliseconds longest) override { line_->listen(*sink_, longest); }
  void wake() noexcept override {
    std::lock_guard lock(mutex_);
    if (line_) line_->wake();
  }

 private:
  void set_line(std::shared_ptr<Line> line) noexcept {
    std::lock_guard lock(mutex_);
    line_ = std::move(line);
  }

  const std::shared_ptr<Hub> hub_;
  const Capabilities capabilities_;
  Sink* sink_ = nullptr;
  std::mutex mutex_;  // line_ is changed by the I/O thread alone, and read by wake()
  std::shared_ptr<Line> line_;
};

}  // namespace

std::unique_ptr<Driver> make_hub_driver(std::shared_ptr<Hub> hub, Capabilities capabilities) {
  return std::make_unique<HubDriver>(std::move(hub), capabilities);
}

}  // namespace tubes::test
