#pragma once

#include <tubes/bus/bus.hpp>

namespace tubes {

/// The bus's end of a Subscription.
class Subscription::Owned {
 public:
  virtual ~Owned() = default;
  /// Ends it; with `wait`, returns after its running handler, unless called inside that handler.
  virtual void end(bool wait) noexcept = 0;
};

}  // namespace tubes
