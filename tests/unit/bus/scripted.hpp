#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/bus/clock.hpp>
#include <tubes/bus/engine.hpp>

// The engine over a driver of the test's own, whose connection does what the test says.
namespace tubes::test {

using Strings = std::vector<std::string>;

/// What the test tells the driver, and sees of it.
struct Script {
  bool reachable = true;
  bool answers_at_once = true;  ///< or else in poll(), or not at all while `silent`
  bool silent = false;
  bool holds_answers = false;  ///< to subscribe()
  std::string holds;           ///< the answer for one filter
  std::string refuses;         ///< a filter
  std::string rejects;         ///< what is published on a topic
  bool confirms = true;
  bool breaks = false;
  int connects = 0;
  int polls = 0;
  Strings asked, sent;
  std::vector<std::pair<std::string, std::string>> incoming;

  std::mutex mutex;
  std::condition_variable changed;
  bool woken = false;

  /// Changes the script, and has the driver look at it.
  void say(const std::function<void(Script&)>& change) {
    std::lock_guard lock(mutex);
    change(*this);
    woken = true;
    changed.notify_all();
  }
  /// Waits until the driver's doings satisfy the test.
  void await(const std::function<bool(Script&)>& condition) {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, std::chrono::seconds{10}, [&] { return condition(*this); }));
  }
};

class ScriptedDriver final : public Driver {
 public:
  explicit ScriptedDriver(Script& script) : script_(script) {}

  Capabilities capabilities() const noexcept override { return {}; }
  std::string address() const override { return "the script"; }

  void connect(Sink& sink) override {
    std::lock_guard lock(script_.mutex);
    sink_ = &sink;
    ++script_.connects;
    script_.changed.notify_all();
    if (!script_.reachable) throw Error(ErrorCode::unreachable, "the script is not reachable");
    if (script_.answers_at_once) sink.connected();
  }
  void disconnect() noexcept override {}
  void subscribe(const Filter& filter) override {
    std::lock_guard lock(script_.mutex);
    script_.asked.push_back("+" + filter.text());
    script_.changed.notify_all();
    if (script_.refuses == filter.text())
      sink_->refused(filter.text(), "not for you");
    else if (script_.holds_answers || script_.holds == filter.text())
      unanswered_.push_back(filter.text());
    else
      sink_->subscribed(filter.text());
  }
  void unsubscribe(const Filter& filter) override {
    std::lock_guard lock(script_.mutex);
    script_.asked.push_back("-" + filter.text());
    script_.changed.notify_all();
  }
  std::size_t send(std::span<const Outgoing* const> messages) override {
    std::lock_guard lock(script_.mutex);
    for (const auto* message : messages) {
      script_.sent.push_back(message->payload);
      if (message->topic == script_.rejects)
        sink_->rejected("no");
      else if (script_.confirms)
        sink_->accepted(1);
    }
    script_.changed.notify_all();
    return messages.size();
  }
  void call(const RetainedCall&) override {}
  void poll(Milliseconds longest) override {
    std::unique_lock lock(script_.mutex);
    ++script_.polls;
    script_.changed.notify_all();
    script_.changed.wait_for(lock, longest, [&] { return script_.woken; });
    script_.woken = false;
    if (!script_.answers_at_once && !script_.silent && !std::exchange(answered_, true))
      sink_->connected();
    if (!script_.holds_answers && script_.holds.empty())
      for (const auto& filter : std::exchange(unanswered_, {})) sink_->subscribed(filter);
    for (const auto& [topic, payload] : script_.incoming) sink_->received(topic, payload);
    script_.incoming.clear();
    if (std::exchange(script_.breaks, false)) throw Error(ErrorCode::unreachable, "it broke");
  }
  void wake() noexcept override {
    std::lock_guard lock(script_.mutex);
    script_.woken = true;
    script_.changed.notify_all();
  }

 private:
  Script& script_;
  Sink* sink_ = nullptr;
  bool answered_ = false;
  Strings unanswered_;
};

struct EngineFixture {
  Script script;
  VirtualClock clock;  // for whoever puts it into the options
  BusOptions options{.ready_timeout = Milliseconds{10'000},
                     .backoff_first = Milliseconds{1},
                     .backoff_longest = Milliseconds{1},
                     .answer_stats = false};
  std::unique_ptr<Bus> bus;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Event> events;
  Subscription listening;

  void start() {
    bus = make_bus(std::make_unique<ScriptedDriver>(script), options);
    listening = bus->on_event([this](const Event& event) {
      std::lock_guard lock(mutex);
      events.push_back(event);
      changed.notify_all();
    });
  }
  Event await(Event::Kind kind) {
    std::unique_lock lock(mutex);
    std::optional<Event> found;
    REQUIRE(changed.wait_for(lock, std::chrono::seconds{10}, [&] {
      for (const auto& event : events)
        if (event.kind == kind) found = event;
      return found.has_value();
    }));
    return *found;
  }
};

}  // namespace tubes::test
