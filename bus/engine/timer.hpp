#pragma once

#include <functional>
#include <utility>

#include <tubes/bus/engine/dispatcher.hpp>
#include <tubes/bus/engine/events.hpp>

namespace tubes {

/// What after() runs.
class Timer final : public Work {
 public:
  Timer(Events& events, std::function<void()> action, const void* owner)
      : Work(owner), events_(events), action_(std::move(action)) {}
  void run() noexcept override {
    if (!events_.closed()) events_.guard(action_);
  }

 private:
  Events& events_;
  std::function<void()> action_;
};

}  // namespace tubes
