#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include <tubes/conformance/case.hpp>
#include <tubes/conformance/heard.hpp>
#include <tubes/conformance/place.hpp>

namespace tubes::conformance {

/// What a case is given: the place, and what its buses declare.
class Stage {
 public:
  explicit Stage(Place& place);

  Place& place() noexcept { return place_; }
  const Place::Description& description() const noexcept { return description_; }
  const Capabilities& capabilities() const noexcept { return capabilities_; }

 private:
  Place& place_;
  const Place::Description description_;
  const Capabilities capabilities_;
};

/// The options of a member whose case says nothing else: it waits for its backend as long as the
/// suite waits for what must come. How long a bus waits by itself is promised nowhere, and a busy
/// machine may stand still for longer.
BusOptions patient();

/// A bus with its events. Its end closes it and checks, in every case, the ledger and that each
/// connection was told once.
class Member {
 public:
  explicit Member(Stage& stage, const BusOptions& options = patient());
  ~Member();
  Member(const Member&) = delete;

  Bus* operator->() const noexcept { return bus_.get(); }
  Bus& operator*() const noexcept { return *bus_; }

  /// The first event of the kind, as soon as there are `count` of them.
  Event wait_for(Event::Kind kind, std::size_t count = 1) const;
  /// Returns once the bus says that it is not connected: events wait while a handler runs.
  void wait_until_away() const;
  /// How many events of the kind there were so far, and the sum of their counts.
  std::size_t events(Event::Kind kind) const;
  std::uint64_t sum_of_counts(Event::Kind kind) const;

 private:
  using Events = std::vector<Event>;

  std::unique_ptr<Bus> bus_;
  Watched<Events> events_;
  Subscription listening_;
};

/// Returns once `count` deliveries have reached the inboxes of `bus`, handlers running or not.
void wait_until_received(const Bus& bus, std::uint64_t count);

/// Fails unless both equations of stats.hpp hold.
void expect_ledger(const Stats& stats);

}  // namespace tubes::conformance
