#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/bus/bus.hpp>
#include <tubes/bus/clock.hpp>
#include <tubes/transports/memory/memory.hpp>

/// A memory bus with a virtual clock, and somewhere to note what arrives.
struct MemoryFixture {
  tubes::VirtualClock clock;
  std::unique_ptr<tubes::Bus> bus = open();
  std::vector<std::string> got;

  std::unique_ptr<tubes::Bus> open(tubes::BusOptions options = {}, const char* url = "memory://t") {
    options.clock = &clock;
    return tubes::memory::open(tubes::Url::parse(url), options);
  }

  tubes::Subscription note(std::string_view filter, tubes::SubscribeOptions options = {}) {
    return bus->subscribe(
        filter,
        [this](const tubes::Delivery& d) {
          got.push_back(std::string(d.topic) + ":" + std::string(d.payload));
        },
        options);
  }
};

/// Whether both equations of the ledger hold.
inline bool balanced(const tubes::Stats& stats) {
  const auto& s = stats.sent;
  const auto& r = stats.received;
  return s.published ==
             s.accepted + s.waiting + s.unconfirmed + s.expired + s.discarded + s.rejected &&
         r.received == r.delivered + r.waiting + r.overflowed + r.unsubscribed + r.discarded;
}

/// The code of the Error that `call` throws; fails the test if it throws none.
template <class Call>
tubes::ErrorCode code_of(Call&& call) {
  try {
    call();
  } catch (const tubes::Error& error) {
    return error.code();
  }
  FAIL("no error was thrown");
  return {};
}
