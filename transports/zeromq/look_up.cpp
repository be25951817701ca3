#include <algorithm>

#include <tubes/transports/zeromq/look_up.hpp>
#include <tubes/transports/zeromq/socket.hpp>

namespace tubes::zeromq {

void LookUp::start() {
  overdue_ = std::chrono::steady_clock::now() + patience_;
  {
    const std::lock_guard lock(mutex_);
    answer_.reset();
  }
  resolver_.start([this](const Answer& answer) {
    const std::lock_guard lock(mutex_);
    answer_ = answer;
    wakeup_.wake();
  });
}

std::optional<LookUp::Answer> LookUp::wait(Milliseconds longest) {
  const auto left = std::chrono::ceil<Milliseconds>(overdue_ - std::chrono::steady_clock::now());
  zmq::pollitem_t woken{nullptr, wakeup_.descriptor(), ZMQ_POLLIN, 0};
  zeromq::wait(&woken, 1, std::min(longest, left));
  wakeup_.clear();
  return take_answer();
}

std::optional<LookUp::Answer> LookUp::take_answer() {
  {
    const std::lock_guard lock(mutex_);
    if (auto answer = std::exchange(answer_, std::nullopt)) return answer;
  }
  if (std::chrono::steady_clock::now() < overdue_) return std::nullopt;
  return Answer{{}, "its name was not found within " + std::to_string(patience_.count()) + " ms"};
}

}  // namespace tubes::zeromq
