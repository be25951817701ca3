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
  failed_.erase(key);
  due_[key] = std::move(value);
  changed_.notify_all();
}

void RetainedState::retry() {
  const std::lock_guard lock{mutex_};
  ++retries_;
  due_.merge(failed_);
  failed_.clear();
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
    write_all(values);
  }
}

void RetainedState::write_all(const Values& values) {
  for (const auto& [key, value] : values) {
    std::unique_lock lock{mutex_};
    const auto retries_before = retries_;
    lock.unlock();
    if (!write(key, value)) keep(key, value, retries_before);
  }
}

void RetainedState::keep(const std::string& key, const std::optional<std::string>& value,
                         std::uint64_t retries_before) {
  const std::lock_guard lock{mutex_};
  if (due_.contains(key)) return;
  // The backend may have come back while the attempt was failing.
  (retries_ == retries_before ? failed_ : due_)[key] = value;
}

bool RetainedState::write(const std::string& key, const std::optional<std::string>& value) {
  try {
    value ? bus_.put(key, *value) : bus_.remove(key);
    return true;
  } catch (const std::exception& error) {
    spdlog::warn("the retained value {} was not written: {}", key, error.what());
    return false;
  }
}

}  // namespace tubes::bridge
