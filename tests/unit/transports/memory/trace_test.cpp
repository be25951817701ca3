#include <algorithm>
#include <chrono>
#include <utility>

#include "profiled.hpp"

using namespace std::chrono_literals;
using namespace tubes;
using tubes::test::balanced;
using tubes::test::Profiled;

namespace {

std::string text(const Stats& stats) {
  std::string all = stats.connected ? "up" : "down";
  const auto& [published, accepted, waiting, unconfirmed, expired, discarded, rejected] =
      stats.sent;
  for (auto number : {published, accepted, waiting, unconfirmed, expired, discarded, rejected})
    all += " " + std::to_string(number);
  const auto& r = stats.received;
  for (auto number : {r.received, r.delivered, r.waiting, r.overflowed, r.unsubscribed})
    all += " " + std::to_string(number);
  return all;
}

/// Three buses that talk, ask and answer while the network fails: all that happened.
class Scenario {
 public:
  explicit Scenario(const std::string& parameters) : world_(parameters) {
    for (int i = 0; i < 3; ++i) join(i);
    for (int round = 0; round < 100; ++round) {
      for (std::size_t i = 0; i < buses_.size(); ++i)
        buses_[i]->publish(i == 0 ? "question" : "talk." + std::to_string(i),
                           std::to_string(round));
      if (round % 10 == 0) write(round);
      world_.clock.advance(3ms);
      for (const auto& bus : buses_) note(text(bus->stats()));
    }
    world_.settle();
    for (const auto& bus : buses_) note(text(bus->stats()));
    for (const auto& bus : buses_) CHECK(balanced(bus->stats()));
  }

  std::vector<std::string> trace() && { return std::move(trace_); }

 private:
  void join(int number) {
    buses_.push_back(world_.open());
    auto& bus = *buses_.back();
    const auto who = std::to_string(number) + " ";
    subscriptions_.push_back(bus.on_event([this, who](const Event& event) {
      note(who + std::string(name(event.kind)) + " " + event.what + std::to_string(event.count));
    }));
    const auto heard = [this, who, &bus](const Delivery& d) {
      note(who + std::string(d.topic) + " " + std::string(d.payload));
      if (d.topic == "question") bus.publish("answer", d.payload);
    };
    for (const char* filter : {"question", "answer", "talk.>"})
      subscriptions_.push_back(bus.subscribe(filter, heard, {.ready = Ready::background}));
  }

  void write(int round) {
    try {
      buses_[0]->put("key", std::to_string(round));
      note("got " + buses_[1]->get("key").value_or("none"));
    } catch (const Error& error) {
      note(error.what());
    }
  }

  void note(const std::string& what) {
    trace_.push_back(std::to_string(world_.clock.now().count()) + " " + what);
  }

  Profiled world_;
  std::vector<std::string> trace_;
  std::vector<std::unique_ptr<Bus>> buses_;
  std::vector<Subscription> subscriptions_;
};

std::vector<std::string> trace(const std::string& parameters) {
  return Scenario(parameters).trace();
}

bool tells_of(const std::vector<std::string>& trace, const std::string& what) {
  return std::ranges::any_of(
      trace, [&](const auto& each) { return each.find(what) != std::string::npos; });
}

}  // namespace

TEST_CASE("the same seed gives the same trace, another seed another") {
  for (const char* profile : {"redis", "zmq"}) {
    const auto parameters = "profile=" + std::string(profile) + "&faults=30&seed=";
    const auto once = trace(parameters + "7"), again = trace(parameters + "7");
    REQUIRE(once.size() == again.size());
    for (std::size_t i = 0; i < once.size(); ++i) REQUIRE(once[i] == again[i]);
    CHECK(once != trace(parameters + "8"));
  }
}

TEST_CASE("the trace of a bad day tells of all that goes wrong") {
  std::vector<std::string> all;
  for (const char* seed : {"1", "2", "3", "4", "5"})
    for (auto& each : trace("profile=zmq&faults=30&seed=" + std::string(seed)))
      all.push_back(std::move(each));
  for (const std::string what : {"disconnected", "connected", "resubscribed", "unconfirmed",
                                 "restarts", "was cut", "nothing was heard"}) {
    CAPTURE(what);
    CHECK(tells_of(all, what));
  }
}
