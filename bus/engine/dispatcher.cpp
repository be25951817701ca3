#include <limits>
#include <string>

#include <tubes/bus/bus.hpp>
#include <tubes/bus/engine/dispatcher.hpp>
#include <tubes/bus/error.hpp>

namespace tubes {
namespace {

thread_local int handlers_here = 0;  // more than one if a handler publishes on another, inline bus

}  // namespace

bool inside_handler() noexcept {
  return handlers_here > 0;
}

Dispatcher::Dispatcher(Clock& clock, Mode mode, std::size_t deepest)
    : clock_(clock), mode_(mode), deepest_(deepest) {
  clock_.add(*this);
}

Dispatcher::~Dispatcher() {
  clock_.remove(*this);
  stop();
  if (thread_.joinable()) thread_.join();
}

/// A program that only publishes needs no dispatch thread, so the first post starts it.
void Dispatcher::start_thread() {
  if (mode_ == Mode::thread && !thread_.joinable()) thread_ = std::thread([this] { loop(); });
}

std::size_t Dispatcher::depth_of_post() const {
  return runs_here() ? running_depth_ + 1 : 0;
}

void Dispatcher::post(std::shared_ptr<Work> work) {
  std::lock_guard lock(mutex_);
  if (stopped_) return;
  queue_.push_back({std::move(work), depth_of_post()});
  start_thread();
  if (queue_.size() == 1) posted_.notify_one();
}

void Dispatcher::post_after(Clock::Time delay, std::shared_ptr<Work> work) {
  std::lock_guard lock(mutex_);
  if (stopped_) return;
  timers_.emplace(clock_.now() + delay, Turn{std::move(work), depth_of_post()});
  start_thread();
  posted_.notify_one();
}

/// Behind what is queued already, so that timers and deliveries do not starve each other.
void Dispatcher::queue_due_timers(DueBy due_by) {
  if (timers_.empty()) return;
  const auto now = clock_.now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    queue_.push_back(std::move(timers_.begin()->second));
    if (due_by == DueBy::others) queue_.back().depth = 0;
    timers_.erase(timers_.begin());
  }
}

void Dispatcher::run_front(Lock& lock) {
  auto [work, depth] = std::move(queue_.front());
  queue_.pop_front();
  running_ = work.get();
  running_owner_ = work->owner();
  running_depth_ = depth;
  lock.unlock();
  ++handlers_here;
  work->run();
  --handlers_here;
  work.reset();  // it may own the last reference to a handler and what that captured
  lock.lock();
  running_ = nullptr;
  running_owner_ = nullptr;
  finished_.notify_all();
}

void Dispatcher::run() {
  if (mode_ == Mode::caller) run_until(std::numeric_limits<std::size_t>::max());
}

std::size_t Dispatcher::run(std::size_t most) {
  const auto count = run_until(most);
  Lock lock(mutex_);
  if (count < most || queue_.empty()) return count;
  throw Error(ErrorCode::livelock, "handlers are still busy after " + std::to_string(most) +
                                       " runs: do two bots answer each other?");
}

std::size_t Dispatcher::run_until(std::size_t most) {
  Lock lock(mutex_);
  if (running_thread_ != std::thread::id{}) return 0;
  running_thread_ = std::this_thread::get_id();
  std::size_t count = 0;
  queue_due_timers(DueBy::others);
  for (; count < most && !queue_.empty(); queue_due_timers(DueBy::handlers)) {
    if (queue_.front().depth > deepest_) break;
    run_front(lock);
    ++count;
  }
  running_thread_ = {};
  if (queue_.empty() || queue_.front().depth <= deepest_) return count;
  throw Error(ErrorCode::livelock,
              "handlers made each other run " + std::to_string(deepest_) +
                  " times in a row without an end: do two bots answer each other?");
}

void Dispatcher::loop() {
  Lock lock(mutex_);
  running_thread_ = std::this_thread::get_id();
  while (!stopped_) {
    queue_due_timers(DueBy::others);
    if (!queue_.empty())
      run_front(lock);
    else if (timers_.empty())
      posted_.wait(lock);
    else
      clock_.wait(lock, posted_, timers_.begin()->first);
  }
}

bool Dispatcher::inside() const {
  Lock lock(mutex_);
  return runs_here();
}

bool Dispatcher::inside(const void* owner) const {
  Lock lock(mutex_);
  return runs_here() && running_owner_ == owner;
}

void Dispatcher::wait_for(const Work& work) {
  Lock lock(mutex_);
  if (runs_here()) return;
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
    if (timer.second.work->owner() != owner) return false;
    forgotten.push_back(std::move(timer.second.work));
    return true;
  });
  std::erase_if(queue_, [&](Turn& turn) {
    if (turn.work->owner() != owner) return false;
    forgotten.push_back(std::move(turn.work));
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
