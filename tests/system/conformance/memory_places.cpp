#include <tubes/bus/clock.hpp>
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
  void pass(Milliseconds duration) override { clock_.advance(duration); }

 private:
  VirtualClock clock_;
};

}  // namespace

Transports memory_transports() {
  return {transport<Memory>("memory"), transport<InlineMemory>("memory-inline")};
}

}  // namespace tubes::test
