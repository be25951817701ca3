#pragma once

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/bus/bus.hpp>
#include <tubes/bus/clock.hpp>
#include <tubes/transports/memory/memory.hpp>

namespace tubes::test {

/// A memory:// with a profile, and notes of what its buses hear.
struct Profiled {
  std::string url;
  VirtualClock clock;
  std::vector<std::string> got;

  explicit Profiled(const std::string& parameters) : url("memory://profiled?" + parameters) {}

  std::string profile() const {
    const auto begin = url.find("profile=") + 8;
    return url.substr(begin, url.find('&', begin) - begin);
  }
  std::unique_ptr<Bus> open(BusOptions options = {}) {
    options.clock = &clock;
    return memory::open(Url::parse(url), options);
  }
  Subscription note(Bus& bus, std::string_view filter, Ready ready = Ready::wait) {
    return bus.subscribe(filter,
                         [this](const Delivery& d) {
                           got.push_back(std::string(d.topic) + ":" + std::string(d.payload));
                         },
                         {.ready = ready});
  }
  Subscription note_events(Bus& bus) {
    return bus.on_event([this](const Event& event) {
      got.push_back(std::string(name(event.kind)) + " " + event.what + " " +
                    std::to_string(event.count));
    });
  }
  std::size_t settle() { return memory::run_until_idle("profiled", 100'000); }
};

inline bool balanced(const Stats& stats) {
  const auto& s = stats.sent;
  const auto& r = stats.received;
  return s.published ==
             s.accepted + s.waiting + s.unconfirmed + s.expired + s.discarded + s.rejected &&
         r.received == r.delivered + r.waiting + r.overflowed + r.unsubscribed + r.discarded;
}

}  // namespace tubes::test
