#include <algorithm>
#include <string>

#include <tubes/bus/engine/dispatcher.hpp>
#include <tubes/bus/error.hpp>

namespace tubes {

Dispatcher::Dispatcher(Clock& clock, Mode mode, std::size_t limit)
    : clock_(clock), mode_(mode), limit_(limit) {
  clock_.add(*this);
}

Dispatcher::~Dispatcher() {
  clock_.remove(*this);
  stop();
  if (thread_.joinable()) thread_.join();
}

void Dispatcher::post(std::shared_ptr<Work> work) {
  std::lock_guard lock(mutex_);
  if (stopped_) return;
  queue_.push_back(std::move(work));
  if (mode_ != Mode::thread) return;
  // A program that only publishes needs no dispatch thread, so the first post starts it.
  if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
  if (queue_.size() == 1) posted_.notify_one();
}

void Dispatcher::post_after(Clock::Time delay, std::shared_ptr<Work> work) {
  std::lock_guard lock(mutex_);
  if (stopped_) return;
  timers_.emplace(clock_.now() + delay, std::move(work));
  if (mode_ != Mode::thread) return;
  if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
  posted_.notify_one();
}

std::shared_ptr<Work> Dispatcher::next_due(Lock&) {
  if (!timers_.empty() && timers_.begin()->first <= clock_.now()) {
    auto due = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    return due;
  }
  if (queue_.empty()) return nullptr;
  auto next = std::move(queue_.front());
  queue_.pop_front();
  return next;
}

void Dispatcher::run_one(Lock& lock, std::shared_ptr<Work> work) {
  running_ = work.get();
  running_owner_ = work->owner();
  lock.unlock();
  work->run();
  work.reset();  // it may own the last reference to a handler and what that captured
  lock.lock();
  running_ = nullptr;
  running_owner_ = nullptr;
  finished_.notify_all();
}

std::size_t Dispatcher::run(std::size_t limit) {
  Lock lock(mutex_);
  if (running_thread_ != std::thread::id{}) return 0;
  running_thread_ = std::this_thread::get_id();
  std::size_t count = 0;
  while (count < limit) {
    auto work = next_due(lock);
    if (!work) break;
    run_one(lock, std::move(work));
    ++count;
  }
  running_thread_ = {};
  if (count < limit || queue_.empty()) return count;
  throw Error(ErrorCode::livelock,
              "handlers kept each other busy for " + std::to_string(limit) +
                  " deliveries without an end: do two bots answer each other?");
}

void Dispatcher::loop() {
  Lock lock(mutex_);
  running_thread_ = std::this_thread::get_id();
  while (!stopped_) {
    if (auto work = next_due(lock)) {
      run_one(lock, std::move(work));
    } else if (timers_.empty()) {
      posted_.wait(lock);
    } else {
      clock_.wait(lock, posted_, timers_.begin()->first);
    }
  }
}

bool Dispatcher::inside(const void* owner) const {
  Lock lock(mutex_);
  return running_owner_ == owner && runs_here(lock);
}

void Dispatcher::wait_for(const Work& work) {
  Lock lock(mutex_);
  if (runs_here(lock)) return;
  finished_.wait(lock, [&] { return running_ != &work; });
}

void Dispatcher::wait_for_owner(const void* owner, std::chrono::steady_clock::time_point deadline) {
  Lock lock(mutex_);
  finished_.wait_until(lock, deadline, [&] { return running_owner_ != owner; });
}

void Dispatcher::forget(const void* owner) {
  std::deque<std::shared_ptr<Work>> forgotten;  // released after the lock
  Lock lock(mutex_);
  std::erase_if(timers_, [&](auto& timer) {
    if (timer.second->owner() != owner) return false;
    forgotten.push_back(std::move(timer.second));
    return true;
  });
  std::erase_if(queue_, [&](auto& work) {
    if (work->owner() != owner) return false;
    forgotten.push_back(std::move(work));
    return true;
  });
  lock.unlock();
}

void Dispatcher::stop() {
  std::lock_guard lock(mutex_);
  stopped_ = true;
  posted_.notify_all();
}

std::optional<Clock::Time> Dispatcher::next_deadline() {
  std::lock_guard lock(mutex_);
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first;
}

void Dispatcher::time_changed() {
  if (mode_ == Mode::caller) {
    run();
    return;
  }
  std::lock_guard lock(mutex_);
  posted_.notify_all();
}

}  // namespace tubes
