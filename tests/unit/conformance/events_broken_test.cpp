#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "broken.hpp"
#include "ends.hpp"
#include "passing_bus.hpp"

// Events, inboxes and timers.

namespace tubes::test {
namespace {

/// Is silent about one kind of event.
template <Event::Kind kind>
struct SilentAbout final : PassingBus {
  using PassingBus::PassingBus;
  Subscription on_event(EventHandler handler) override {
    if (!handler) return PassingBus::on_event({});
    return PassingBus::on_event([handler = std::move(handler)](const Event& event) {
      if (event.kind != kind) handler(event);
    });
  }
};

/// Does not count what its events are about.
struct CountsNoEvents final : PassingBus {
  using PassingBus::PassingBus;
  Subscription on_event(EventHandler handler) override {
    return PassingBus::on_event([handler = std::move(handler)](const Event& event) {
      handler({event.kind, event.what, 0});
    });
  }
};

/// Tells those who listen no more, and then those who do.
class TellsForEver final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  Subscription on_event(EventHandler handler) override {
    const auto telling = [this, handler](const Event& event) {
      tell_the_ended(event);
      handler(event);
    };
    return ending(PassingBus::on_event(telling), [this, handler](Subscription& ended, bool) {
      ended.reset();
      std::lock_guard lock(mutex_);
      ended_.push_back(handler);
    });
  }

 private:
  void tell_the_ended(const Event& event) {
    std::lock_guard lock(mutex_);
    for (const auto& handler : ended_) handler(event);
  }

  std::mutex mutex_;
  std::vector<EventHandler> ended_;
};

/// Subscribes with other options than it was given.
template <class Change>
struct OtherInbox final : PassingBus {
  using PassingBus::PassingBus;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    Change{}(options);
    return PassingBus::subscribe(filter, std::move(handler), options);
  }
};
struct Unbounded {
  void operator()(SubscribeOptions& options) const { options.inbox_messages = 1'000'000; }
};
struct UnboundedInBytes {
  void operator()(SubscribeOptions& options) const { options.inbox_bytes = 1 << 30; }
};
struct DropsTheOldest {
  void operator()(SubscribeOptions& options) const { options.overflow = Overflow::drop_oldest; }
};
struct DropsTheNewest {
  void operator()(SubscribeOptions& options) const { options.overflow = Overflow::drop_newest; }
};

/// Counts what an ended subscription never heard as delivered.
struct CountsTheUnheardAsDelivered final : PassingBus {
  using PassingBus::PassingBus;
  Stats close(Milliseconds timeout) override {
    auto stats = PassingBus::close(timeout);
    stats.received.delivered += std::exchange(stats.received.unsubscribed, 0);
    return stats;
  }
};

using Action = std::function<void()>;

struct TimersFireTwice final : PassingBus {
  using PassingBus::PassingBus;
  void after(Milliseconds delay, Action action) override {
    PassingBus::after(delay, action);
    PassingBus::after(delay, std::move(action));
  }
};
struct TimersFireAtOnce final : PassingBus {
  using PassingBus::PassingBus;
  void after(Milliseconds, Action action) override {
    PassingBus::after(Milliseconds{0}, std::move(action));
  }
};
struct TimersSwallowExceptions final : PassingBus {
  using PassingBus::PassingBus;
  void after(Milliseconds delay, Action action) override {
    PassingBus::after(delay, [action = std::move(action)] {
      try {
        action();
      } catch (const std::exception&) {
        return;
      }
    });
  }
};
/// Timers have a thread of their own.
class TimersRunBesideHandlers final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  void after(Milliseconds delay, Action action) override {
    threads_.emplace_back([delay, action = std::move(action)] {
      std::this_thread::sleep_for(delay);
      action();
    });
  }

 private:
  std::vector<std::jthread> threads_;
};
/// A timer cannot start another.
class OneTimerAtATime final : public PassingBus {
 public:
  using PassingBus::PassingBus;
  void after(Milliseconds delay, Action action) override {
    if (running_) return;
    PassingBus::after(delay, [this, action = std::move(action)] {
      running_ = true;
      action();
      running_ = false;
    });
  }

 private:
  bool running_ = false;
};

const char* const oldest = "a full inbox drops the oldest, counts it and reports it";
const char* const newest = "a full inbox that is to drop the newest keeps what it has";
const char* const in_their_time =
    "after runs its action once, as a handler, when its time has come";

BROKEN_BUS("a bus that is silent about overflow", {.bus = bus<SilentAbout<Event::Kind::overflow>>},
           {{oldest, "in vain for the event overflow"}, {newest, "in vain for the event overflow"}})
BROKEN_BUS("a bus that is silent about being connected again",
           {.bus = bus<SilentAbout<Event::Kind::resubscribed>>},
           {{"after an outage everything is subscribed again, and an event says so",
             "in vain for the event resubscribed"}})
BROKEN_BUS("a bus that is silent about disconnects",
           {.bus = bus<SilentAbout<Event::Kind::disconnected>>},
           {{"subscribing where no backend is names address, cause and remedy",
             "in vain for the event disconnected"}})
BROKEN_BUS("a bus that is silent about background subscriptions",
           {.bus = bus<SilentAbout<Event::Kind::subscribed>>},
           {{"a background subscription is live when the event says so",
             "in vain for the event subscribed"}})
BROKEN_BUS("a bus that is silent about what it does not know",
           {.bus = bus<SilentAbout<Event::Kind::unconfirmed>>},
           {{"what a frozen backend never answered waits, and is unconfirmed once it dies",
             "in vain for the event unconfirmed"}})
BROKEN_BUS("a bus that is silent about what expired",
           {.bus = bus<SilentAbout<Event::Kind::expired>>},
           {{"what waited longer than outbox_age while away is dropped, counted and told",
             "in vain for the event expired"}})
BROKEN_BUS("a bus whose events do not count", {.bus = bus<CountsNoEvents>}, {{oldest, "and not 3"}})
BROKEN_BUS("a bus that tells who does not listen any more", {.bus = bus<TellsForEver>},
           {{"an event handler that ended hears no more events", "and not"}})

BROKEN_BUS("a bus whose inboxes are not bounded", {.bus = bus<OtherInbox<Unbounded>>},
           {{oldest, "and not"}, {newest, ""}})
BROKEN_BUS("a bus whose inboxes are not bounded in bytes",
           {.bus = bus<OtherInbox<UnboundedInBytes>>},
           {{"an inbox is bounded by bytes, too", "and not"}})
BROKEN_BUS("a bus that always drops the oldest, and never blocks",
           {.bus = bus<OtherInbox<DropsTheOldest>>},
           {{newest, "and not"},
            {"an inbox that blocks is refused where the transport cannot block",
             "no error was thrown"}})
BROKEN_BUS("a bus that always drops the newest", {.bus = bus<OtherInbox<DropsTheNewest>>},
           {{oldest, "and not"}})
BROKEN_BUS("a bus that promises to block, and drops",
           {.bus = bus<OtherInbox<DropsTheOldest>>,
            .capabilities = {.retained = true, .block = true}},
           {{"an inbox that blocks makes the publisher wait, and drops nothing", ""}})
BROKEN_BUS("a bus that counts the unheard as delivered", {.bus = bus<CountsTheUnheardAsDelivered>},
           {{"what waits for a subscription that ends is dropped and counted", "and not 1"}})

BROKEN_BUS("a bus whose timers fire twice", {.bus = bus<TimersFireTwice>},
           {{in_their_time, "\"first\", \"first\""}})
BROKEN_BUS("a bus whose timers fire at once", {.bus = bus<TimersFireAtOnce>},
           {{in_their_time, "\"second\", \"first\""}})
BROKEN_BUS("a bus that swallows what a timer throws", {.bus = bus<TimersSwallowExceptions>},
           {{"a timer that throws is counted and reported",
             "in vain for the event handler_failed"}})
BROKEN_BUS("a bus whose timers run beside handlers", {.bus = bus<TimersRunBesideHandlers>},
           {{"a timer does not run beside a handler", "\"timer\", \"handler\""}})
BROKEN_BUS("a bus whose timers cannot start others", {.bus = bus<OneTimerAtATime>},
           {{"a timer may publish, and start another", "in vain"}})

}  // namespace
}  // namespace tubes::test
