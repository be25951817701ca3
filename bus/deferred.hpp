#pragma once

#include <functional>
#include <utility>

namespace tubes {

/// The answer to a delivery that its handler gives later: see Delivery::defer(). Move-only; used by
/// one thread at a time, any thread, also when the bus is gone. Without an answer it refuses at its
/// end; once answered, more answers do nothing.
class Deferred {
 public:
  /// What a durable transport does with the answer. Must not throw.
  using Answer = std::function<void(bool acknowledged)>;

  /// Of a transport that is not durable: answers do nothing.
  Deferred() = default;
  explicit Deferred(Answer answer) : answer_(std::move(answer)) {}
  Deferred(Deferred&& other) noexcept : answer_(std::exchange(other.answer_, nullptr)) {}
  Deferred& operator=(Deferred&& other) noexcept {
    auto taken = std::exchange(other.answer_, nullptr);
    refuse();
    answer_ = std::move(taken);
    return *this;
  }
  ~Deferred() { refuse(); }

  /// It was handled: it is not delivered again.
  void acknowledge() noexcept { answer(true); }
  /// It could not be handled: it is delivered again, as after a handler that throws.
  void refuse() noexcept { answer(false); }

 private:
  void answer(bool acknowledged) noexcept {
    if (const auto given = std::exchange(answer_, nullptr)) given(acknowledged);
  }

  Answer answer_;
};

}  // namespace tubes
