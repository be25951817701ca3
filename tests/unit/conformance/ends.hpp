#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <tubes/bus/bus.hpp>
#include <tubes/bus/engine/owned.hpp>

namespace tubes::test {

/// A subscription that ends as `end(subscription, wait)` does it.
using End = std::function<void(Subscription& subscription, bool wait)>;

inline Subscription ending(Subscription subscription, End end) {
  class Ending final : public Subscription::Owned {
   public:
    Ending(Subscription inner, End how) : inner_(std::move(inner)), how_(std::move(how)) {}
    void end(bool wait) noexcept override { how_(inner_, wait); }

   private:
    Subscription inner_;
    const End how_;
  };
  return Subscription(std::make_shared<Ending>(std::move(subscription), std::move(end)));
}

}  // namespace tubes::test
