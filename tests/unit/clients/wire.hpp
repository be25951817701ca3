#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tubes/bus/clock.hpp>
#include <tubes/bus/engine.hpp>
#include <tubes/bus/engine/dispatcher.hpp>

namespace tubes::test {

/// An inline bus whose backend is the test: nothing arrives but what the test says.
class Wire {
 public:
  explicit Wire(BusOptions options = {.backoff_first = Milliseconds{1},
                                      .backoff_longest = Milliseconds{1},
                                      .answer_stats = false}) {
    options.clock = &clock;
    Wiring wiring{.inline_io = true,
                  .dispatcher = std::make_shared<Dispatcher>(clock, Dispatcher::Mode::caller)};
    bus = make_bus(std::make_unique<Backend>(*this), options, wiring);
  }

  /// A message arrives, and is handled when this returns.
  void arrive(std::string topic, std::string payload) {
    incoming.emplace_back(std::move(topic), std::move(payload));
    let_time_pass();
  }
  /// The connection breaks and comes back.
  void break_and_mend() {
    breaks = true;
    let_time_pass();
    let_time_pass();
  }
  void let_time_pass() { clock.advance(Milliseconds{2}); }

  VirtualClock clock;
  std::vector<std::string> asked, sent;
  std::vector<std::pair<std::string, std::string>> incoming;
  std::string refuses;
  bool breaks = false;
  std::unique_ptr<Bus> bus;

 private:
  class Backend final : public Driver {
   public:
    explicit Backend(Wire& wire) : wire_(wire) {}
    Capabilities capabilities() const noexcept override { return {.inline_dispatch = true}; }
    std::string address() const override { return "the wire"; }
    void connect(Sink& sink) override {
      sink_ = &sink;
      sink.connected();
    }
    void disconnect() noexcept override {}
    void subscribe(const Filter& filter) override {
      wire_.asked.push_back(filter.text());
      if (filter.text() == wire_.refuses)
        sink_->refused(filter.text(), "no");
      else
        sink_->subscribed(filter.text());
    }
    void unsubscribe(const Filter&) override {}
    std::size_t send(std::span<const Outgoing* const> messages) override {
      for (const auto* message : messages)
        wire_.sent.push_back(message->topic + " " + message->payload);
      sink_->accepted(messages.size());
      return messages.size();
    }
    void call(const RetainedCall&) override {}
    void poll(Milliseconds) override {
      if (std::exchange(wire_.breaks, false)) throw Error(ErrorCode::unreachable, "it broke");
      for (const auto& [topic, payload] : std::exchange(wire_.incoming, {}))
        sink_->received(topic, payload);
    }
    void wake() noexcept override {}

   private:
    Wire& wire_;
    Sink* sink_ = nullptr;
  };
};

}  // namespace tubes::test
