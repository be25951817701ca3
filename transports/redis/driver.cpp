#include <algorithm>
#include <atomic>

#include <tubes/transports/redis/command_session.hpp>
#include <tubes/transports/redis/driver.hpp>
#include <tubes/transports/redis/link.hpp>
#include <tubes/transports/redis/subscribe_session.hpp>
#include <tubes/transports/redis/tls.hpp>

namespace tubes::redis {
namespace {

constexpr std::size_t kMostUnsent = 1 << 20;  // bytes; more waits in the engine's outbox
constexpr int kMostWorkPerPoll = 16;          // so that a flood of input never keeps poll() busy
constexpr Milliseconds kLongestPoll{60'000};  // keeps a deadline from overflowing

/// The engine gives up a connection that is not there in time, and can not say what it lacks.
Milliseconds patience_of(const BusOptions& options) {
  return options.connect_timeout * 9 / 10;
}

/// Whether there is nothing to look up.
bool is_address(const Settings& settings) {
  std::error_code is_a_name;
  asio::ip::make_address(settings.host, is_a_name);
  return !settings.socket.empty() || !is_a_name;
}

/// The two connections: one for commands, one for subscriptions.
class Connection {
 public:
  Connection(asio::io_context& context, const Settings& settings, Milliseconds patience, Sink& sink,
             net::Resolver& resolver)
      : sink_(sink),
        resolver_(resolver),
        patience_(context, patience),
        commands_(settings, sink),
        subscriptions_(settings, sink),
        tls_(tls_of(settings)),
        command_link_(make_link(context, settings, commands_)),
        subscription_link_(make_link(context, settings, subscriptions_)) {
    patience_.async_wait([patience, commands = command_link_,
                          subscriptions = subscription_link_](const std::error_code& cancelled) {
      if (cancelled) return;
      commands->require_ready(patience);
      subscriptions->require_ready(patience);
    });
    open(context, settings);
  }
  ~Connection() {
    resolver_.cancel();
    command_link_->close();
    subscription_link_->close();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void subscribe(const Filter& filter) {
    subscriptions_.subscribe(filter);
    subscription_link_->flush();
  }
  void unsubscribe(const Filter& filter) {
    subscriptions_.unsubscribe(filter);
    subscription_link_->flush();
  }
  std::size_t send(std::span<const Outgoing* const> messages) {
    std::size_t taken = 0;
    while (taken < messages.size() && command_link_->unsent() < kMostUnsent) {
      const Outgoing& message = *messages[taken++];
      commands_.publish(message.topic, message.payload);
    }
    command_link_->flush();
    return taken;
  }
  void call(const RetainedCall& call) {
    commands_.call(call);
    command_link_->flush();
  }

 private:
  void open(asio::io_context& context, const Settings& settings) {
    const auto open_both = [commands = command_link_,
                            subscriptions = subscription_link_](const net::Resolver::Answer& host) {
      commands->open(host);
      subscriptions->open(host);
    };
    if (is_address(settings)) return open_both({{settings.host}, {}});
    resolver_.start([&context, open_both](const net::Resolver::Answer& host) {
      asio::post(context, [open_both, host] { open_both(host); });
    });
  }
  /// Read anew for each connection, so that renewed certificates are soon used.
  static std::optional<asio::ssl::context> tls_of(const Settings& settings) {
    if (!settings.tls) return std::nullopt;
    return make_tls_context(*settings.tls);
  }
  std::shared_ptr<Link> make_link(asio::io_context& context, const Settings& settings,
                                  Session& session) {
    return std::make_shared<Link>(
        context, settings, session, [this] { one_ready(); }, tls_ ? &*tls_ : nullptr);
  }
  void one_ready() {
    if (!commands_.ready() || !subscriptions_.ready()) return;
    patience_.cancel();
    sink_.connected();
  }

  Sink& sink_;
  net::Resolver& resolver_;
  asio::steady_timer patience_;
  CommandSession commands_;
  SubscribeSession subscriptions_;
  std::optional<asio::ssl::context> tls_;
  std::shared_ptr<Link> command_link_, subscription_link_;
};

class RedisDriver final : public Driver {
 public:
  RedisDriver(Settings settings, const BusOptions& options, net::Lookup lookup)
      : settings_(std::move(settings)),
        patience_(patience_of(options)),
        resolver_(settings_.host, std::move(lookup)) {
    settings_.max_payload = options.max_payload;
    if (settings_.tls) make_tls_context(*settings_.tls);  // now, to refuse files of no use
  }

  Capabilities capabilities() const noexcept override {
    return {.retained = true, .retained_survives_restart = true};
  }
  std::string address() const override { return settings_.address(); }

  void connect(Sink& sink) override {
    connection_.emplace(context_, settings_, patience_, sink, resolver_);
  }
  void disconnect() noexcept override { connection_.reset(); }

  void subscribe(const Filter& filter) override { connection_->subscribe(filter); }
  void unsubscribe(const Filter& filter) override { connection_->unsubscribe(filter); }
  std::size_t send(std::span<const Outgoing* const> messages) override {
    return connection_->send(messages);
  }
  void call(const RetainedCall& call) override { connection_->call(call); }

  void poll(Milliseconds longest) override {
    context_.run_one_for(std::min(longest, kLongestPoll));
    for (int done = 1; done < kMostWorkPerPoll && context_.poll_one() > 0;) ++done;
  }
  void wake() noexcept override {
    // While the bus is away nobody polls: the wakes of that time must not pile up.
    if (!woken_.exchange(true)) asio::post(context_, [this] { woken_ = false; });
  }

 private:
  Settings settings_;
  const Milliseconds patience_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> never_out_of_work_ =
      asio::make_work_guard(context_);
  std::atomic<bool> woken_{false};  // a handler that ends poll() is under way
  net::Resolver resolver_;
  std::optional<Connection> connection_;
};

}  // namespace

std::unique_ptr<Driver> make_driver(const Url& url, const BusOptions& options) {
  return make_driver(url, options, net::system_lookup);
}

std::unique_ptr<Driver> make_driver(const Url& url, const BusOptions& options, net::Lookup lookup) {
  return std::make_unique<RedisDriver>(Settings::from(url), options, std::move(lookup));
}

}  // namespace tubes::redis
