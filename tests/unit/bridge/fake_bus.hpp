#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <tubes/bus/bus.hpp>

namespace tubes::bridge {

/// A bus that notes what it is asked for, and fails when told to.
struct FakeBus final : Bus {
  std::mutex mutex;
  std::vector<std::pair<std::string, std::string>> published;
  std::map<std::string, std::string> values;
  std::string name = "fake";
  int writes = 0;
  bool full = false, down = false, retained = true, connected = true;

  bool try_publish(std::string_view topic, std::string_view payload) override {
    if (down) throw Error(ErrorCode::closed, "the bus is closed");
    if (!full) published.emplace_back(topic, payload);
    return !full;
  }
  void publish(std::string_view topic, std::string_view payload) override {
    try_publish(topic, payload);
  }
  void publish_numbered(std::string_view topic,
                        const std::function<std::string(std::uint64_t)>& make) override {
    try_publish(topic, make(published.size() + 1));
  }
  bool try_publish_numbered(std::string_view topic,
                            const std::function<std::string(std::uint64_t)>& make) override {
    return try_publish(topic, make(published.size() + 1));
  }
  const std::string& id() const noexcept override { return name; }
  void put(std::string_view key, std::string_view value) override {
    const std::lock_guard lock{mutex};
    ++writes;
    if (down) throw Error(ErrorCode::timed_out, "no answer");
    values[std::string{key}] = value;
  }
  void remove(std::string_view key) override {
    const std::lock_guard lock{mutex};
    ++writes;
    if (down) throw Error(ErrorCode::timed_out, "no answer");
    values.erase(std::string{key});
  }
  std::optional<std::string> get(std::string_view) override { return std::nullopt; }
  void flush(Milliseconds) override {}
  Subscription subscribe(std::string_view, Handler, SubscribeOptions) override { return {}; }
  Subscription on_pulse(PulseHandler) override { return {}; }
  Subscription on_event(EventHandler) override { return {}; }
  void after(Milliseconds, std::function<void()>) override {}
  Stats close(Milliseconds) override { return {}; }
  Stats stats() const override {
    Stats stats;
    stats.connected = connected;
    return stats;
  }
  std::vector<PeerStats> ask_stats(Milliseconds) override { return {}; }
  Capabilities capabilities() const noexcept override {
    Capabilities all;
    all.retained = retained;
    return all;
  }
};

}  // namespace tubes::bridge
