#include <utility>

#include <tubes/transports/memory/drivers.hpp>

namespace tubes::memory {
namespace {

class IdealDriver final : public Driver {
 public:
  IdealDriver(std::string name, std::shared_ptr<Hub> hub)
      : name_(std::move(name)), hub_(std::move(hub)) {}
  ~IdealDriver() override { disconnect(); }

  Capabilities capabilities() const noexcept override {
    const bool is_inline = hub_->dispatcher() != nullptr;
    return {.retained = true, .block = !is_inline, .inline_dispatch = is_inline};
  }
  std::string address() const override { return "memory://" + name_; }

  void connect(Sink& sink) override {
    sink_ = &sink;
    hub_->attach(sink);
    sink.connected();
  }
  void disconnect() noexcept override {
    if (auto* attached = std::exchange(sink_, nullptr)) hub_->detach(*attached);
  }

  // Every sink hears everything, and its engine finds the subscriptions.
  void subscribe(const Filter& filter) override { sink_->subscribed(filter.text()); }
  void unsubscribe(const Filter&) override {}

  std::size_t send(std::span<const Outgoing* const> messages) override {
    for (const auto* message : messages) {
      hub_->publish(message->topic, message->payload);
      sink_->accepted(1);
    }
    return messages.size();
  }

  void call(const RetainedCall& call) override {
    switch (call.kind) {
      case RetainedCall::Kind::get:
        return sink_->answered(call.id, hub_->get(call.key));
      case RetainedCall::Kind::put:
        hub_->put(call.key, call.value);
        break;
      case RetainedCall::Kind::remove:
        hub_->remove(call.key);
        break;
    }
    sink_->answered(call.id, std::nullopt);
  }

  void poll(Milliseconds) override {}
  void wake() noexcept override {}

 private:
  const std::string name_;
  const std::shared_ptr<Hub> hub_;
  Sink* sink_ = nullptr;
};

}  // namespace

std::unique_ptr<Driver> make_ideal_driver(std::string name, std::shared_ptr<Hub> hub) {
  return std::make_unique<IdealDriver>(std::move(name), std::move(hub));
}

}  // namespace tubes::memory
