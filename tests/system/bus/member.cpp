#include "member.hpp"

#include <algorithm>

#include <doctest/doctest.h>

namespace tubes::test {

Member::Member(const std::string& url, const BusOptions& options)
    : bus_(open(url, options)), listening_(bus_->on_event([this](const Event& event) {
        events_.change([&](Events& events) { events.push_back(event); });
      })) {}

Member::~Member() {
  const auto left = bus_->close(longest_wait);
  check_ledger(left);
  CHECK(left.sent.waiting == 0);
  CHECK(left.received.waiting == 0);
  CHECK(left.events_dropped == 0);
  CHECK_FALSE(left.connected);
  listening_.reset();
}

Event Member::wait_for(Event::Kind kind, std::size_t count) const {
  const auto enough = [&](const Events& events) {
    return std::ranges::count(events, kind, &Event::kind) >= static_cast<std::ptrdiff_t>(count);
  };
  const auto events = events_.wait_until(enough);
  return *std::ranges::find(events, kind, &Event::kind);
}

std::uint64_t Member::sum_of_counts(Event::Kind kind) const {
  std::uint64_t sum = 0;
  for (const auto& event : events_.value())
    if (event.kind == kind) sum += event.count;
  return sum;
}

void check_ledger(const Stats& stats) {
  const auto& s = stats.sent;
  CHECK(s.published ==
        s.accepted + s.waiting + s.unconfirmed + s.expired + s.discarded + s.rejected);
  const auto& r = stats.received;
  CHECK(r.received == r.delivered + r.waiting + r.overflowed + r.unsubscribed + r.discarded);
}

}  // namespace tubes::test
