#include <utility>

#include <spdlog/spdlog.h>

#include <tubes/bridge/retained_state.hpp>

namespace tubes::bridge {

RetainedState::RetainedState(Bus& bus) : bus_(bus) {
  if (bus.capabilities().retained) thread_ = std::thread{[this] { run(); }};
}

RetainedState::~RetainedState() {
  finish();
}

void RetainedState::set(const std::string& key, std::optional<std::string> value) {
  const std::lock_guard lock{mutex_};
  wanted_[key] = due_[key] = std::move(value);
  changed_.notify_all();
}

void RetainedState::write_again() {
  const std::lock_guard lock{mutex_};
  due_ = wanted_;
  changed_.notify_all();
}

void RetainedState::finish() {
  {
    const std::lock_guard lock{mutex_};
    finishing_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void RetainedState::run() {
  for (;;) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return finishing_ || !due_.empty(); });
    if (due_.empty()) return;
    const Values values = std::exchange(due_, {});
    lock.unlock();
    for (const auto& [key, value] : values) write(key, value);
  }
}

void RetainedState::write(const std::string& key, const std::optional<std::string>& value) {
  // While the bus is away nothing is waited for: write_again() comes when it is back.
  if (!bus_.stats().connected) return;
  try {
    value ? bus_.put(key, *value) : bus_.remove(key);
  } catch (const std::exception& error) {
    spdlog::warn("the retained value {} was not written: {}", key, error.what());
  }
}

}  // namespace tubes::bridge
