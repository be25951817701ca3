#include <utility>

#include <tubes/bus/engine/calls.hpp>

namespace tubes {

std::uint64_t Calls::start(RetainedCall call) {
  std::lock_guard lock(mutex_);
  call.id = ++last_id_;
  pending_[call.id].call = std::move(call);
  return last_id_;
}

std::optional<std::string> Calls::wait(std::uint64_t id, const Patience& patience) {
  std::unique_lock lock(mutex_);
  Pending& pending = pending_.at(id);
  try {
    patience.wait(lock, answered_, [&] { return pending.answered || closed_; });
  } catch (...) {  // a handler's fault, inline; the lock is held
    pending_.erase(id);
    throw;
  }
  const Pending result = std::move(pending_.extract(id).mapped());
  if (result.error) throw *result.error;
  if (!result.answered) throw Error(closed_ ? ErrorCode::closed : ErrorCode::timed_out, "");
  return result.value;
}

void Calls::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  answered_.notify_all();
}

void Calls::connected() {
  std::lock_guard lock(mutex_);
  for (auto& [id, pending] : pending_) pending.sent = false;
}

std::vector<RetainedCall> Calls::take_unsent() {
  std::vector<RetainedCall> unsent;
  std::lock_guard lock(mutex_);
  for (auto& [id, pending] : pending_)
    if (!std::exchange(pending.sent, true)) unsent.push_back(pending.call);
  return unsent;
}

void Calls::finish(std::uint64_t id, std::optional<std::string> value) {
  std::lock_guard lock(mutex_);
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;  // its caller gave up
  found->second.answered = true;
  found->second.value = std::move(value);
  answered_.notify_all();
}

void Calls::fail(std::uint64_t id, const Error& error) {
  std::lock_guard lock(mutex_);
  const auto found = pending_.find(id);
  if (found == pending_.end()) return;
  found->second.answered = true;
  found->second.error = error;
  answered_.notify_all();
}

}  // namespace tubes
