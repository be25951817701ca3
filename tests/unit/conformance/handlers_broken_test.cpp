#include <exception>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "broken.hpp"
#include "ends.hpp"
#include "passing_bus.hpp"

// When a handler runs, and what it may do.

namespace tubes::test {
namespace {

/// Changes the handlers of all subscriptions.
class OtherHandlers : public PassingBus {
 public:
  using PassingBus::PassingBus;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    return PassingBus::subscribe(filter, changed(std::move(handler)), options);
  }

 private:
  virtual Handler changed(Handler handler) = 0;
};

/// Holds a lock while a handler runs, which `Method` wants too.
class LocksHandlers : public OtherHandlers {
 public:
  using OtherHandlers::OtherHandlers;

 protected:
  struct Locked {
    std::binary_semaphore& lock;
    explicit Locked(std::binary_semaphore& free) : lock(free) { lock.acquire(); }
    ~Locked() { lock.release(); }
  };
  std::binary_semaphore lock_{1};

 private:
  Handler changed(Handler handler) final {
    return [this, handler = std::move(handler)](const Delivery& delivery) {
      const Locked locked(lock_);
      handler(delivery);
    };
  }
};

struct NoPublishInside final : LocksHandlers {
  using LocksHandlers::LocksHandlers;
  void publish(std::string_view topic, std::string_view payload) override {
    const Locked locked(lock_);
    PassingBus::publish(topic, payload);
  }
};
struct NoFlushInside final : LocksHandlers {
  using LocksHandlers::LocksHandlers;
  void flush(Milliseconds timeout) override {
    const Locked locked(lock_);
    PassingBus::flush(timeout);
  }
};
struct NoSubscribeInside final : LocksHandlers {
  using LocksHandlers::LocksHandlers;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    const Locked locked(lock_);
    return LocksHandlers::subscribe(filter, std::move(handler), options);
  }
};
struct NoGetInside final : LocksHandlers {
  using LocksHandlers::LocksHandlers;
  std::optional<std::string> get(std::string_view key) override {
    const Locked locked(lock_);
    return PassingBus::get(key);
  }
};
struct NoCloseInside final : LocksHandlers {
  using LocksHandlers::LocksHandlers;
  Stats close(Milliseconds timeout) override {
    const Locked locked(lock_);
    return PassingBus::close(timeout);
  }
};
struct NoResetInside final : LocksHandlers {
  using LocksHandlers::LocksHandlers;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    return ending(LocksHandlers::subscribe(filter, std::move(handler), options),
                  [this](Subscription& subscription, bool) {
                    const Locked locked(lock_);
                    subscription.reset();
                  });
  }
};

struct SwallowsExceptions final : OtherHandlers {
  using OtherHandlers::OtherHandlers;
  Handler changed(Handler handler) override {
    return [handler = std::move(handler)](const Delivery& delivery) {
      try {
        handler(delivery);
      } catch (const std::exception&) {
        return;
      }
    };
  }
};

struct EndsWithAnException final : OtherHandlers {
  using OtherHandlers::OtherHandlers;
  Handler changed(Handler handler) override {
    return [handler = std::move(handler)](const Delivery& delivery) noexcept { handler(delivery); };
  }
};

/// After an exception it delivers nothing more.
struct StopsAtAnException final : OtherHandlers {
  using OtherHandlers::OtherHandlers;
  Handler changed(Handler handler) override {
    return [handler = std::move(handler), failed = false](const Delivery& delivery) mutable {
      if (failed) return;
      failed = true;
      handler(delivery);
      failed = false;
    };
  }
};

/// Two threads dispatch: a handler waits for a second delivery, and both run at once.
class TwoAtATime final : public OtherHandlers {
 public:
  using OtherHandlers::OtherHandlers;
  ~TwoAtATime() override { other_ = {}; }

 private:
  Handler changed(Handler handler) override {
    return [this, handler = std::move(handler)](const Delivery& delivery) {
      if (other_.joinable()) other_.join();
      other_ =
          std::jthread([handler, kept = delivery.keep()] { handler({kept.topic, kept.payload}); });
      handler(delivery);
    };
  }

  std::jthread other_;
};

/// What a subscription's end does is up to the bus.
class OtherEnds : public PassingBus {
 public:
  using PassingBus::PassingBus;
  Subscription subscribe(std::string_view filter, Handler handler,
                         SubscribeOptions options) override {
    return ending(PassingBus::subscribe(filter, std::move(handler), options),
                  [this](Subscription& subscription, bool wait) { end(subscription, wait); });
  }

 private:
  virtual void end(Subscription& subscription, bool wait) = 0;
};

class NeverUnsubscribes final : public OtherEnds {
 public:
  using OtherEnds::OtherEnds;

 private:
  void end(Subscription& subscription, bool) override {
    std::lock_guard lock(mutex_);
    kept_.push_back(std::move(subscription));
  }

  std::mutex mutex_;
  std::vector<Subscription> kept_;
};

struct ResetDoesNotWait final : OtherEnds {
  using OtherEnds::OtherEnds;
  void end(Subscription& subscription, bool) override { subscription.cancel(); }
};

struct CancelWaits final : OtherEnds {
  using OtherEnds::OtherEnds;
  void end(Subscription& subscription, bool) override { subscription.reset(); }
};

/// Handlers run on the thread that publishes and subscribes too.
class StallsWithItsHandler final : public LocksHandlers {
 public:
  using LocksHandlers::LocksHandlers;
  void flush(Milliseconds timeout) override {
    const Locked locked(lock_);
    PassingBus::flush(timeout);
  }
};

/// All buses of the process have one dispatch thread.
struct StallsOthers final : OtherHandlers {
  using OtherHandlers::OtherHandlers;
  Handler changed(Handler handler) override {
    return [handler = std::move(handler)](const Delivery& delivery) {
      static std::mutex all;
      std::lock_guard lock(all);
      handler(delivery);
    };
  }
};

/// Shows its one receive buffer, which is written while the handler runs.
class ReusesItsBuffer final : public OtherHandlers {
 public:
  using OtherHandlers::OtherHandlers;
  void publish(std::string_view topic, std::string_view payload) override {
    buffer_ = payload;
    PassingBus::publish(topic, payload);
  }

 private:
  Handler changed(Handler handler) override {
    return [this, handler = std::move(handler)](const Delivery& delivery) {
      buffer_ = delivery.payload;
      handler({delivery.topic, buffer_});
    };
  }

  std::string buffer_;
};

BROKEN_BUS("a bus that reuses its buffer while a handler runs", {.bus = bus<ReusesItsBuffer>},
           {{"what a handler is shown stays as it is until it returns", "and not"}})

const char* const may_do = "a handler may publish, flush, subscribe, put, get and remove";
const char* const ends_itself = "a handler may end its own subscription, and is not called again";
const char* const throwing =
    "a handler that throws is counted and reported, and the next delivery goes on";
const char* const reset_waits = "reset waits for the running handler, and it runs no more";
const char* const cancel_returns = "cancel returns while the handler runs, and it runs no more";
const char* const stuck = "a stuck handler stalls neither the connection nor other buses";

BROKEN_BUS("a bus that deadlocks when a handler publishes", {.bus = bus<NoPublishInside>},
           {{may_do, "in vain"}})
BROKEN_BUS("a bus that deadlocks when a handler flushes", {.bus = bus<NoFlushInside>},
           {{may_do, "in vain"}})
BROKEN_BUS("a bus that deadlocks when a handler subscribes", {.bus = bus<NoSubscribeInside>},
           {{may_do, "in vain"}})
BROKEN_BUS("a bus that deadlocks when a handler reads a retained value", {.bus = bus<NoGetInside>},
           {{may_do, "in vain"}})
BROKEN_BUS("a bus that deadlocks when a handler closes it", {.bus = bus<NoCloseInside>},
           {{"close inside a handler returns, starts no further delivery, and drains", "in vain"}})
BROKEN_BUS("a bus that deadlocks when a handler ends a subscription", {.bus = bus<NoResetInside>},
           {{ends_itself, "in vain"},
            {"a handler may end another subscription, which then hears nothing more", "in vain"}})

BROKEN_BUS("a bus that swallows exceptions", {.bus = bus<SwallowsExceptions>},
           {{throwing, "in vain for the event handler_failed"}})
BROKEN_BUS("a bus that an exception ends", {.bus = bus<EndsWithAnException>},
           {{throwing, "crashed"}})
BROKEN_BUS("a bus that delivers nothing more after an exception", {.bus = bus<StopsAtAnException>},
           {{throwing, "in vain for 2 deliveries"}})

BROKEN_BUS("a bus that runs two handlers at a time", {.bus = bus<TwoAtATime>},
           {{"at most one handler of a bus runs at a time", "overlapped"}})

BROKEN_BUS("a bus that calls a handler after reset", {.bus = bus<NeverUnsubscribes>},
           {{"a subscription that ended hears nothing more, and the others go on", "and not"},
            {ends_itself, "and not"},
            {"a handler may end another subscription, which then hears nothing more", "is not so"},
            {reset_waits, "returned_too_early"},
            {cancel_returns, "and not"},
            {"subscriptions that come and go while away are right after", "is not so"}})
BROKEN_BUS("a bus whose reset does not wait", {.bus = bus<ResetDoesNotWait>},
           {{reset_waits, "returned_too_early"}})
BROKEN_BUS("a bus whose cancel waits", {.bus = bus<CancelWaits>}, {{cancel_returns, "in vain"}})

BROKEN_BUS("a bus whose stuck handler stalls its connection", {.bus = bus<StallsWithItsHandler>},
           {{stuck, "in vain"}})
BROKEN_BUS("a bus whose stuck handler stalls other buses", {.bus = bus<StallsOthers>},
           {{stuck, "in vain"}})

}  // namespace
}  // namespace tubes::test
