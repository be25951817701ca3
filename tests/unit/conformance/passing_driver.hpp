#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <tubes/bus/driver.hpp>

namespace tubes::test {

/// A driver that leaves everything to another, in both directions: what a broken one overrides is
/// all that is wrong with it.
class PassingDriver : public Driver, protected Sink {
 public:
  explicit PassingDriver(std::unique_ptr<Driver> inner) : inner_(std::move(inner)) {}

  Capabilities capabilities() const noexcept override { return inner_->capabilities(); }
  std::string address() const override { return inner_->address(); }
  void connect(Sink& sink) override {
    sink_ = &sink;
    inner_->connect(*this);
  }
  void disconnect() noexcept override { inner_->disconnect(); }
  void subscribe(const Filter& filter) override { inner_->subscribe(filter); }
  void unsubscribe(const Filter& filter) override { inner_->unsubscribe(filter); }
  std::size_t send(std::span<const Outgoing* const> messages) override {
    return inner_->send(messages);
  }
  void call(const RetainedCall& call) override { inner_->call(call); }
  void poll(Milliseconds longest) override { inner_->poll(longest); }
  void wake() noexcept override { inner_->wake(); }

 protected:
  void connected() override { sink_->connected(); }
  void subscribed(const std::string& filter) override { sink_->subscribed(filter); }
  void refused(const std::string& filter, std::string_view why) override {
    sink_->refused(filter, why);
  }
  void received(std::string_view topic, std::string_view payload,
                std::string_view filter) override {
    sink_->received(topic, payload, filter);
  }
  void too_large(std::string_view topic, std::size_t size) override {
    sink_->too_large(topic, size);
  }
  void accepted(std::size_t count) override { sink_->accepted(count); }
  void rejected(std::string_view why) override { sink_->rejected(why); }
  void answered(std::uint64_t id, std::optional<std::string> value) override {
    sink_->answered(id, std::move(value));
  }
  void failed(std::uint64_t id, const Error& error) override { sink_->failed(id, error); }

  Driver& inner() const noexcept { return *inner_; }
  Sink& sink() const noexcept { return *sink_; }

 private:
  const std::unique_ptr<Driver> inner_;
  Sink* sink_ = nullptr;
};

}  // namespace tubes::test
