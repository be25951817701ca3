#include <utility>

#include <tubes/transports/memory/drivers.hpp>

namespace tubes::memory {
namespace {

class ProfileDriver final : public Driver {
 public:
  explicit ProfileDriver(std::shared_ptr<Hub> hub)
      : hub_(std::move(hub)), backend_(*hub_->backend()) {
    backend_.attach(connection_);
  }
  ~ProfileDriver() override {
    backend_.disconnect(connection_);
    backend_.detach(connection_);
  }

  Capabilities capabilities() const noexcept override {
    return {.retained = true,
            .retained_survives_restart = backend_.profile().keeps_retained,
            .inline_dispatch = hub_->dispatcher() != nullptr};
  }
  std::string address() const override { return backend_.address(); }

  void connect(Sink& sink) override {
    sink_ = &sink;
    backend_.connect(connection_);
  }
  void disconnect() noexcept override { backend_.disconnect(connection_); }

  void subscribe(const Filter& filter) override { backend_.subscribe(connection_, filter); }
  void unsubscribe(const Filter& filter) override { backend_.unsubscribe(connection_, filter); }

  std::size_t send(std::span<const Outgoing* const> messages) override {
    for (const auto* message : messages) backend_.send(connection_, *message);
    return messages.size();
  }
  void call(const RetainedCall& call) override { backend_.call(connection_, call); }

  void poll(Milliseconds longest) override {
    for (const auto& news : backend_.poll(connection_, longest)) news(*sink_);
  }
  void wake() noexcept override { backend_.wake(connection_); }

 private:
  const std::shared_ptr<Hub> hub_;
  Backend& backend_;
  Connection connection_;
  Sink* sink_ = nullptr;
};

}  // namespace

std::unique_ptr<Driver> make_profile_driver(std::shared_ptr<Hub> hub) {
  return std::make_unique<ProfileDriver>(std::move(hub));
}

}  // namespace tubes::memory
