#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/bus/engine/outbox.hpp>

namespace tubes::test {

struct OutboxFixture {
  VirtualClock clock;
  BusOptions options;
  Outbox outbox{clock, options, "me"};

  void publish(int count) {
    for (int i = 0; i < count; ++i)
      REQUIRE(outbox.push("t", std::to_string(i), Outbox::Wait::never) == Outbox::Push::done);
  }
  Outbox::Push number(const char* topic) {
    return outbox.push_numbered(
        topic, [](std::uint64_t number) { return std::to_string(number); }, Outbox::Wait::never);
  }
  /// Sends all that waits; the backend has it.
  void send_all() {
    const auto count = waiting().size();
    outbox.sent(count);
    outbox.accepted(count);
  }
  /// Lets the next heartbeat be due, and sends it.
  void beat_and_send() {
    clock.advance(options.heartbeat);
    outbox.push_due_heartbeat();
    send_all();
  }
  /// All that waits, as "topic payload".
  std::vector<std::string> waiting() {
    std::vector<const Outgoing*> front;
    outbox.front(front, 100);
    std::vector<std::string> all;
    for (const auto* message : front) all.push_back(message->topic + " " + message->payload);
    return all;
  }
  bool balanced() const {
    const auto s = outbox.ledger();
    return s.published ==
           s.accepted + s.waiting + s.unconfirmed + s.expired + s.discarded + s.rejected;
  }
};

inline Deadline now() {
  return std::chrono::steady_clock::now();
}

/// Time that passes brings a disconnect.
struct Breaking final : Clock::Listener {
  explicit Breaking(Outbox& breaks) : outbox(breaks) {}
  std::optional<Clock::Time> next_deadline() override { return std::nullopt; }
  void time_changed() override { outbox.disconnected(); }
  Outbox& outbox;
};

}  // namespace tubes::test
