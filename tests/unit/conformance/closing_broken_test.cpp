#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "broken.hpp"
#include "ends.hpp"
#include "passing_bus.hpp"
#include "passing_driver.hpp"

// How a bus ends, and what it counts until then.

namespace tubes::test {
namespace {

struct CloseHangs final : PassingBus {
  using PassingBus::PassingBus;
  Stats close(Milliseconds) override {
    std::promise<Stats> never;
    return never.get_future().get();
  }
};

struct CloseHasNoDeadline final : PassingBus {
  using PassingBus::PassingBus;
  Stats close(Milliseconds) override { return PassingBus::close(std::chrono::hours{1}); }
};

struct CloseDoesNotDrain : PassingBus {
  using PassingBus::PassingBus;
  Stats close(Milliseconds) override { return PassingBus::close(Milliseconds{0}); }
};

/// It is closed while all but the first delivery wait.
class CloseDoesNotDeliver final : public CloseDoesNotDrain {
 public:
  using CloseDoesNotDrain::CloseDoesNotDrain;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    const auto until_closed = [this, handler = std::move(handler)](const Delivery& delivery) {
      handler(delivery);
      if (delivery.topic == "in") closed_.wait(false);
    };
    return PassingBus::subscribe(filter, until_closed, options);
  }
  Stats close(Milliseconds timeout) override {
    const auto left = CloseDoesNotDrain::close(timeout);
    closed_ = true;
    closed_.notify_all();
    return left;
  }

 private:
  std::atomic<bool> closed_ = false;
};

struct EndDoesNotDrain final : PassingBus {
  using PassingBus::PassingBus;
  ~EndDoesNotDrain() override { close(Milliseconds{0}); }
};

struct ClosesOnce final : PassingBus {
  using PassingBus::PassingBus;
  Stats close(Milliseconds timeout) override {
    if (closed_.exchange(true)) throw Error(ErrorCode::closed, "the bus is closed already");
    return PassingBus::close(timeout);
  }
  std::atomic<bool> closed_ = false;
};

/// What is published quickly waits for seconds.
class SendsSlowly final : public PassingDriver {
 public:
  using PassingDriver::PassingDriver;
  std::size_t send(std::span<const Outgoing* const> messages) override {
    std::this_thread::sleep_for(Milliseconds{1});
    return PassingDriver::send(messages.first(messages.empty() ? 0 : 1));
  }
};

struct SwallowsWhatComesAfterClose final : PassingBus {
  using PassingBus::PassingBus;
  void publish(std::string_view topic, std::string_view payload) override {
    try {
      PassingBus::publish(topic, payload);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::closed) throw;
    }
  }
};

/// Close inside a handler has no effect until the handler returned.
class ClosesInsideLater final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    const auto noting = [this, handler = std::move(handler)](const Delivery& delivery) {
      const auto outer = std::exchange(thread_, std::this_thread::get_id());
      handler(delivery);
      thread_ = outer;
    };
    return PassingBus::subscribe(filter, noting, options);
  }
  Stats close(Milliseconds timeout) override {
    return thread_ == std::this_thread::get_id() ? stats() : PassingBus::close(timeout);
  }

 private:
  std::thread::id thread_;
};

/// Counts something else than there was.
template <class Change>
struct Miscounts final : PassingBus {
  using PassingBus::PassingBus;
  Stats close(Milliseconds timeout) override { return changed(PassingBus::close(timeout)); }
  Stats stats() const override { return changed(PassingBus::stats()); }
  static Stats changed(Stats stats) {
    Change{}(stats);
    return stats;
  }
};
struct OneTooManyAccepted {
  void operator()(Stats& stats) const { stats.sent.accepted += stats.sent.accepted > 0 ? 1 : 0; }
};
struct OneTooFewDelivered {
  void operator()(Stats& stats) const {
    stats.received.delivered -= stats.received.delivered > 0 ? 1 : 0;
  }
};
struct NothingDiscarded {
  void operator()(Stats& stats) const { stats.sent.discarded = 0; }
};
struct AlwaysConnected {
  void operator()(Stats& stats) const { stats.connected = true; }
};

/// A subscription that is ended after its bus is an error.
struct SubscriptionNeedsItsBus final : PassingBus {
  using PassingBus::PassingBus;
  ~SubscriptionNeedsItsBus() override { *alive_ = false; }
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    return ending(PassingBus::subscribe(filter, std::move(handler), options),
                  [alive = alive_](Subscription& subscription, bool) {
                    if (!*alive) std::terminate();
                    subscription.reset();
                  });
  }
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// A timer keeps the bus open.
struct CloseWaitsForTimers final : PassingBus {
  using PassingBus::PassingBus;
  void after(Milliseconds delay, std::function<void()> action) override {
    longest_ = std::max(longest_, delay);
    PassingBus::after(delay, std::move(action));
  }
  Stats close(Milliseconds timeout) override {
    std::this_thread::sleep_for(longest_);
    return PassingBus::close(timeout);
  }
  Milliseconds longest_{0};
};

const char* const stuck =
    "close keeps its deadline although a handler is stuck, and says what is left";
const char* const outbox = "close sends what waits in the outbox";
const char* const inboxes =
    "close delivers what waits in the inboxes, and a handler may still answer";
const char* const twice = "a bus may be closed twice, and by several threads at once";
const char* const inside = "close inside a handler returns, starts no further delivery, and drains";
const char* const away =
    "a bus whose backend is gone closes at its deadline and counts what it leaves";
const char* const on_the_way =
    "what was on the way when the backend died is counted, told and never repeated";
const char* const sent_later = "what is published before the backend comes is sent when it does";
const char* const flushing = "flush returns once the backend has accepted all that was published";

BROKEN_BUS("a bus whose close hangs", {.bus = bus<CloseHangs>}, {{outbox, "hung"}})
BROKEN_BUS("a bus whose close has no deadline", {.bus = bus<CloseHasNoDeadline>},
           {{stuck, "in vain"}, {away, "hung"}})
BROKEN_BUS("a bus whose close does not drain",
           {.driver = driver<SendsSlowly>, .bus = bus<CloseDoesNotDrain>}, {{outbox, "accepted"}})
BROKEN_BUS("a bus whose close does not deliver", {.bus = bus<CloseDoesNotDeliver>},
           {{inboxes, "and not 100"}})
BROKEN_BUS("a bus whose end does not drain",
           {.driver = driver<SendsSlowly>, .bus = bus<EndDoesNotDrain>},
           {{"a bus that is destroyed sends what waits in its outbox", "in vain"}})
BROKEN_BUS("a bus that is closed once", {.bus = bus<ClosesOnce>}, {{twice, "crashed"}})
BROKEN_BUS("a bus that swallows what is published after its close",
           {.bus = bus<SwallowsWhatComesAfterClose>},
           {{"a closed bus refuses every call but close and stats", "no error was thrown"}})
BROKEN_BUS("a bus that goes on when a handler closes it", {.bus = bus<ClosesInsideLater>},
           {{inside, "and not"}})
BROKEN_BUS("a bus whose subscriptions need it", {.bus = bus<SubscriptionNeedsItsBus>},
           {{"a subscription may outlive its bus, and ends without a word", "crashed"}})
BROKEN_BUS("a bus whose close waits for its timers", {.bus = bus<CloseWaitsForTimers>},
           {{"close does not wait for a timer, and forgets it", "hung"}})

BROKEN_BUS(
    "a bus whose ledger has one accepted too many", {.bus = bus<Miscounts<OneTooManyAccepted>>},
    {{twice, "and not 1"}, {flushing, "and not"}, {sent_later, "and not"}, {on_the_way, "and not"}})
BROKEN_BUS("a bus whose ledger has one delivered too few",
           {.bus = bus<Miscounts<OneTooFewDelivered>>},
           {{"a topic is matched exactly", "the ledger is wrong: received"}, {inboxes, "and not"}})
BROKEN_BUS("a bus whose ledger leaves out what it discarded",
           {.bus = bus<Miscounts<NothingDiscarded>>}, {{away, "discarded is 0"}})
BROKEN_BUS("a bus that says it is connected when it is closed",
           {.bus = bus<Miscounts<AlwaysConnected>>},
           {{"a closed bus refuses every call but close and stats", "connected"}})

}  // namespace
}  // namespace tubes::test
