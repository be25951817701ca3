#include <charconv>
#include <utility>

#include <tubes/bus/engine.hpp>
#include <tubes/transports/memory/hub.hpp>
#include <tubes/transports/memory/memory.hpp>

namespace tubes::memory {
namespace {

/// A hub is always there, and answers every call before it returns.
class MemoryDriver final : public Driver {
 public:
  MemoryDriver(std::string name, std::shared_ptr<Hub> hub)
      : name_(std::move(name)), hub_(std::move(hub)) {}
  ~MemoryDriver() override { disconnect(); }

  Capabilities capabilities() const noexcept override {
    return {.retained = true, .inline_dispatch = hub_->dispatcher() != nullptr};
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

bool wants_inline(const Url& url) {
  const auto dispatch = url.parameter("dispatch", "inline");
  if (dispatch != "inline" && dispatch != "thread")
    throw Error(ErrorCode::invalid_url,
                "memory:// has ?dispatch=inline and ?dispatch=thread, not " + dispatch);
  return dispatch == "inline";
}

std::size_t limit_of(const Url& url) {
  const auto text = url.parameter("limit", std::to_string(Dispatcher::default_deepest));
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc{} || end != text.data() + text.size() || limit == 0)
    throw Error(ErrorCode::invalid_url,
                "the limit of memory:// must be a number over 0, not " + text);
  return limit;
}

}  // namespace

void check(const Url& url) {
  url.require_parameters_among({"dispatch", "limit"});
  if (url.host.empty() || url.port || !url.path.empty())
    throw Error(ErrorCode::invalid_url,
                "memory:// wants a name and nothing more, as in memory://test");
  (void)wants_inline(url);
  (void)limit_of(url);
}

std::unique_ptr<Bus> open(const Url& url, const BusOptions& options) {
  check(url);
  auto& clock = options.clock != nullptr ? *options.clock : Clock::system();
  auto hub = hub_named(url.host, wants_inline(url), limit_of(url), clock);
  Wiring wiring{.inline_io = true, .dispatcher = hub->dispatcher()};
  return make_bus(std::make_unique<MemoryDriver>(url.host, std::move(hub)), options,
                  std::move(wiring));
}

std::size_t run_until_idle(std::string_view name, std::size_t most) {
  const auto hub = find_hub(std::string(name));
  return hub && hub->dispatcher() ? hub->dispatcher()->run(most) : 0;
}

}  // namespace tubes::memory
