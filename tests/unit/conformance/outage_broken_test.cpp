#include <set>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "broken.hpp"
#include "passing_bus.hpp"
#include "passing_driver.hpp"

// While the backend is away, and when it comes back.

namespace tubes::test {
namespace {

using Messages = std::span<const Outgoing* const>;

/// Counts its connections.
class Reconnecting : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;

 protected:
  void connected() override {
    ++connections_;
    PassingDriver::connected();
  }
  int connections_ = 0;
};

class DropsOnReconnect final : public Reconnecting {
 public:
  using Reconnecting::Reconnecting;
  std::size_t send(Messages messages) override {
    if (connections_ < 2 || messages.empty() || std::exchange(dropped_, true))
      return Reconnecting::send(messages);
    accepted(1);
    return 1;
  }

 private:
  bool dropped_ = false;
};

/// Sends its last message of the old connection again.
class RepeatsAfterReconnect final : public Reconnecting {
 public:
  using Reconnecting::Reconnecting;
  std::size_t send(Messages messages) override {
    if (messages.empty()) return 0;
    if (connections_ > 1 && !std::exchange(repeated_, true)) {
      const Outgoing* const again[] = {&last_};
      Reconnecting::send(again);
      ++not_to_count_;
    }
    last_ = *messages.back();
    return Reconnecting::send(messages);
  }

 private:
  void accepted(std::size_t count) override {
    if (not_to_count_ > 0 && count == 1)
      --not_to_count_;
    else
      sink().accepted(count);
  }

  Outgoing last_;
  bool repeated_ = false;
  int not_to_count_ = 0;
};

/// Thinks that the backend remembers what was subscribed once.
class NeverResubscribes final : public Reconnecting {
 public:
  using Reconnecting::Reconnecting;
  void subscribe(const Filter& filter) override {
    if (connections_ < 2) return Reconnecting::subscribe(filter);
    sink().subscribed(filter.text());
  }
};

/// Resubscribes the first filter alone.
class ResubscribesOne final : public Reconnecting {
 public:
  using Reconnecting::Reconnecting;
  void subscribe(const Filter& filter) override {
    if (connections_ < 2 || resubscribed_ != connections_) {
      resubscribed_ = connections_;
      return Reconnecting::subscribe(filter);
    }
    sink().subscribed(filter.text());
  }

 private:
  int resubscribed_ = 0;
};

/// A connection in two parts, each of which it takes for the whole.
class ConnectsTwice final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;

 private:
  void connected() override {
    PassingDriver::connected();
    PassingDriver::connected();
  }
};

/// Waits for ever for a backend that was not there once.
class GivesUp final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;
  void connect(Sink& sink) override {
    if (failed_) throw Error(ErrorCode::unreachable, "gave up");
    failed_ = true;
    PassingDriver::connect(sink);
    failed_ = false;
  }

 private:
  bool failed_ = false;
};

/// What was handed to the network counts as accepted.
class AcceptsItself final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;
  std::size_t send(Messages messages) override {
    const auto taken = PassingDriver::send(messages);
    if (taken > 0) sink().accepted(taken);
    return taken;
  }

 private:
  void accepted(std::size_t) override {}
};

/// What was never answered is never given up.
class KeepsTheUnconfirmedSecret final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  Stats close(Milliseconds timeout) override { return changed(PassingBus::close(timeout)); }
  Stats stats() const override { return changed(PassingBus::stats()); }

 private:
  static Stats changed(Stats stats) {
    stats.sent.accepted += std::exchange(stats.sent.unconfirmed, 0);
    return stats;
  }
};

/// To its flush what is lost for ever is done with.
struct FlushForgetsLosses final : PassingBus {
  using PassingBus::PassingBus;
  void flush(Milliseconds timeout) override try {
    PassingBus::flush(timeout);
  } catch (const Error& error) {
    if (std::string(error.what()).find("0 messages wait") == std::string::npos) throw;
  }
};

/// Says nothing of where, why or what to do: whatever of these its error is to leave out.
template <const char* const& Left>
class LeavesOut final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    return without([&] { return PassingBus::subscribe(filter, std::move(handler), options); });
  }
  void put(std::string_view key, std::string_view value) override {
    without([&] { PassingBus::put(key, value); });
  }
  std::optional<std::string> get(std::string_view key) override {
    return without([&] { return PassingBus::get(key); });
  }

 private:
  template <class Call>
  static auto without(Call call) {
    try {
      return call();
    } catch (const Error& error) {
      std::string text = error.what();
      const std::string left = Left;
      if (const auto at = text.find(left); at != std::string::npos) text.erase(at, left.size());
      throw Error(error.code(), text);
    }
  }
};
const char* const address = Hub::address;
const char* const remedy = Hub::remedy;
const char* const cause = "nobody answers";

/// Blocks as publish does.
struct TryBlocks final : PassingBus {
  using PassingBus::PassingBus;
  bool try_publish(std::string_view topic, std::string_view payload) override {
    publish(topic, payload);
    return true;
  }
};

/// Waits for room wherever it is called, and however long.
struct WaitsInsideHandlers final : PassingBus {
  using PassingBus::PassingBus;
  void publish(std::string_view topic, std::string_view payload) override {
    while (!PassingBus::try_publish(topic, payload)) std::this_thread::sleep_for(Milliseconds{1});
  }
};

/// Loses in silence what has no room.
struct LosesInSilence final : PassingBus {
  using PassingBus::PassingBus;
  bool try_publish(std::string_view topic, std::string_view payload) override {
    (void)PassingBus::try_publish(topic, payload);
    return true;
  }
};

/// Background subscriptions wait as all do.
struct BackgroundWaits final : PassingBus {
  using PassingBus::PassingBus;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    options.ready = Ready::wait;
    return PassingBus::subscribe(filter, std::move(handler), options);
  }
};

const char* const delivered_after =
    "what was published while away is delivered after, in order and once";
const char* const resubscribed =
    "after an outage everything is subscribed again, and an event says so";
const char* const live_later = "a background subscription goes live when the backend comes";
const char* const nowhere = "subscribing where no backend is names address, cause and remedy";
const char* const calls_nowhere =
    "a retained value and a flush where no backend is time out with the cause";
const char* const full = "a full outbox refuses: at once when tried, at publish_timeout otherwise";
const char* const frozen =
    "what a frozen backend never answered waits, and is unconfirmed once it dies";

BROKEN_BUS("a bus that drops on reconnect", {.driver = driver<DropsOnReconnect>},
           {{delivered_after, "in vain"}})
BROKEN_BUS("a bus that duplicates after a reconnect", {.driver = driver<RepeatsAfterReconnect>},
           {{delivered_after, "\"before\", \"before\""}})
BROKEN_BUS("a bus that does not resubscribe", {.driver = driver<NeverResubscribes>},
           {{resubscribed, "in vain"}, {delivered_after, "in vain"}})
BROKEN_BUS("a bus that resubscribes one of several", {.driver = driver<ResubscribesOne>},
           {{resubscribed, "in vain"}})
BROKEN_BUS("a bus that tells a connection twice", {.driver = driver<ConnectsTwice>},
           {{resubscribed, "told twice"}})
BROKEN_BUS("a bus that gives up when no backend is there", {.driver = driver<GivesUp>},
           {{live_later, "in vain"},
            {"subscribe waits for a backend that comes in time", "gave up"}})
BROKEN_BUS("a bus that loses what it cannot send at once",
           {.options = [](BusOptions& options) { options.outbox_age = Milliseconds{0}; }},
           {{delivered_after, ""}})
BROKEN_BUS("a bus whose messages wait for ever",
           {.options = [](BusOptions& options) { options.outbox_age = std::chrono::hours{24}; }},
           {{"what waited longer than outbox_age while away is dropped, counted and told",
             "in vain for the event expired"}})

BROKEN_BUS("a bus that takes sent for accepted", {.driver = driver<AcceptsItself>},
           {{frozen, "no error was thrown"}})
BROKEN_BUS("a bus whose flush forgets what was lost", {.bus = bus<FlushForgetsLosses>},
           {{frozen, "no error was thrown"}})
BROKEN_BUS("a bus that counts what it does not know as accepted",
           {.bus = bus<KeepsTheUnconfirmedSecret>}, {{frozen, "unconfirmed is 0, and not 1"}})

BROKEN_BUS("a bus whose errors do not name the address", {.bus = bus<LeavesOut<address>>},
           {{nowhere, "address"}, {calls_nowhere, "address"}})
BROKEN_BUS("a bus whose errors do not name the remedy", {.bus = bus<LeavesOut<remedy>>},
           {{nowhere, "is not so"}, {calls_nowhere, "remedy"}})
BROKEN_BUS("a bus whose errors do not name the cause", {.bus = bus<LeavesOut<cause>>},
           {{nowhere, "cause"}})
BROKEN_BUS("a bus with another patience than was asked for",
           {.options = [](BusOptions& options) { options.ready_timeout = Milliseconds{500}; }},
           {{nowhere, "within 50 ms"}})

BROKEN_BUS("a bus whose handlers wait for room while away", {.bus = bus<WaitsInsideHandlers>},
           {{"a handler does not wait for room in a full outbox while away", "in vain"}})
BROKEN_BUS("a bus whose try_publish blocks", {.bus = bus<TryBlocks>},
           {{full, "the outbox is full"}})
BROKEN_BUS("a bus whose try_publish loses in silence", {.bus = bus<LosesInSilence>},
           {{full, "is not so"}})
BROKEN_BUS("a bus whose background subscription waits",
           {.options = [](BusOptions& options) { options.ready_timeout = Milliseconds{200}; },
            .bus = bus<BackgroundWaits>},
           {{live_later, "cannot subscribe"}})

}  // namespace
}  // namespace tubes::test
