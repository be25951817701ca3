#include <tubes/bus/clock.hpp>
#include <tubes/transports/memory/memory.hpp>
#include <tubes/transports/open.hpp>

#include "places.hpp"

namespace tubes::test {
namespace {

class Memory final : public conformance::Place {
 public:
  std::unique_ptr<Bus> open(const BusOptions& options) override {
    return tubes::open("memory://meeting?dispatch=thread", options);
  }
};

/// Handlers run inside publish, and time stands still until it is moved.
class InlineMemory final : public conformance::Place {
 public:
  std::unique_ptr<Bus> open(const BusOptions& options) override {
    auto with_clock = options;
    with_clock.clock = &clock_;
    return tubes::open("memory://meeting", with_clock);
  }
  Clock& clock() override { return clock_; }
  void pass(Milliseconds duration) override { clock_.advance(duration); }

 private:
  VirtualClock clock_;
};

/// Runs ahead: what is simulated to take long is over soon.
class FastClock final : public Clock {
 public:
  Time now() const noexcept override { return Clock::system().now() * speed; }
  void wait(std::unique_lock<std::mutex>& lock, std::condition_variable& cv,
            Time deadline) override {
    Clock::system().wait(lock, cv, deadline / speed);
  }
  Time real_time_until(Time deadline) const noexcept override {
    return Clock::system().real_time_until(deadline / speed);
  }

 private:
  static constexpr int speed = 5;
};

/// As a real transport with its latencies, and a backend that dies when it is told to.
template <const char* const& Profile>
class ProfiledMemory final : public conformance::Place {
 public:
  Description describe() const override {
    return {.can_die = true,
            .address = "memory://meeting (as " + std::string(Profile) + ")",
            .remedy = "memory::start()"};
  }
  std::unique_ptr<Bus> open(const BusOptions& options) override {
    return tubes::open(url_, options);
  }
  Clock& clock() override { return clock_; }
  void kill() override { memory::stop("meeting"); }
  void start() override { memory::start("meeting"); }

 private:
  const std::string url_ =
      "memory://meeting?dispatch=thread&faults=0&profile=" + std::string(Profile);
  FastClock clock_;
  /// Keeps the backend, and its time.
  const std::unique_ptr<Bus> first_ = tubes::open(url_, {.clock = &clock_});
};
const char* const redis = "redis";
const char* const zmq = "zmq";

}  // namespace

Transports memory_transports() {
  return {transport<Memory>("memory"), transport<InlineMemory>("memory-inline"),
          transport<ProfiledMemory<redis>>("memory-as-redis"),
          transport<ProfiledMemory<zmq>>("memory-as-zmq")};
}

}  // namespace tubes::test
