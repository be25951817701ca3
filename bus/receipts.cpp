#include <chrono>

#include <tubes/bus/bus.hpp>
#include <tubes/bus/receipts.hpp>

namespace tubes {

bool PendingReceipt::ready() const {
  return ending_.wait_for(Milliseconds{0}) == std::future_status::ready;
}

Receipt PendingReceipt::get() const {
  require_may_wait();
  return ending_.get();
}

std::optional<Receipt> PendingReceipt::wait_for(Milliseconds timeout) const {
  require_may_wait();
  if (ending_.wait_for(timeout) != std::future_status::ready) return std::nullopt;
  return ending_.get();
}

void PendingReceipt::require_may_wait() const {
  if (ready()) return;
  if (inside_handler())
    throw Error(ErrorCode::invalid_argument,
                "waiting for a receipt inside a handler keeps it from being handled: pass a "
                "function that is called with it");
  if (inline_)
    throw Error(ErrorCode::unsupported,
                "nothing comes while an inline bus waits for a receipt: let the answer be "
                "published first, or open the bus with ?dispatch=thread");
}

}  // namespace tubes
