#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "broken.hpp"
#include "passing_bus.hpp"

// What the typed client knows of what it never got.

namespace tubes::test {
namespace {

/// Leaves out every other number.
struct SkipsNumbers final : PassingBus {
  using PassingBus::PassingBus;
  void publish_numbered(std::string_view topic, const Make& make) override {
    PassingBus::publish_numbered(topic, [&](std::uint64_t number) { return make(2 * number); });
  }
};

/// Gives all messages one number.
struct DoesNotNumber final : PassingBus {
  using PassingBus::PassingBus;
  void publish_numbered(std::string_view topic, const Make& make) override {
    PassingBus::publish_numbered(topic, [&](std::uint64_t) { return make(1); });
  }
};

/// Never hears of a heartbeat, or of an absence.
struct HasNoPulse final : PassingBus {
  using PassingBus::PassingBus;
  Subscription on_pulse(PulseHandler) override {
    return PassingBus::on_pulse([](const Pulse&) {});
  }
};

/// Stamps what was published without a stamp, as its own and far ahead.
struct StampsWhatIsPlain final : PassingBus {
  using PassingBus::PassingBus;
  void publish(std::string_view topic, std::string_view payload) override {
    std::string stamped(payload);
    if (stamped.ends_with('}')) {
      stamped.pop_back();
      stamped += R"(,"meta":{"publisher":")" + id() + R"(","sequence":)" +
                 std::to_string(last_ += 10) + "}}";
    }
    PassingBus::publish(topic, stamped);
  }
  int last_ = 0;
};

BROKEN_BUS("a bus that skips numbers", {.bus = bus<SkipsNumbers>},
           {{"where nothing is lost no gap is claimed", "lacks() is"},
            {"a late join and a restart of a publisher are no losses", "lacks() is"},
            {"over outages, what a receiver has and its gaps are all that was published",
             "and not"}})
BROKEN_BUS("a bus that does not number", {.bus = bus<DoesNotNumber>},
           {{"what was published while a receiver was away is a gap, and says so",
             "missed is 0, and not 7"}})
BROKEN_BUS("a bus without a pulse", {.bus = bus<HasNoPulse>},
           {{"what was published while a receiver was away is a gap, and says so",
             "missed is 0, and not 7"},
            {"the loss of a publisher's last messages is found by its heartbeat", "in vain"}})
BROKEN_BUS("a bus that stamps what is plain", {.bus = bus<StampsWhatIsPlain>},
           {{"of publishers that send no meta nothing is claimed", "lacks() is"}})

}  // namespace
}  // namespace tubes::test
