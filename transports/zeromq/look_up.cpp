#include <utility>

#include <tubes/transports/zeromq/look_up.hpp>

namespace tubes::zeromq {

void LookUp::start() {
  {
    const std::lock_guard lock(mutex_);
    answer_.reset();
  }
  resolver_.start([this](const net::Resolver::Answer& answer) {
    const std::lock_guard lock(mutex_);
    answer_ = answer;
    wakeup_.wake();
  });
}

std::optional<net::Resolver::Answer> LookUp::take_answer() {
  const std::lock_guard lock(mutex_);
  return std::exchange(answer_, std::nullopt);
}

}  // namespace tubes::zeromq
