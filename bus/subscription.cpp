#include <tubes/bus/engine/owned.hpp>

namespace tubes {

Subscription& Subscription::operator=(Subscription&& other) noexcept {
  if (this != &other) {
    reset();
    owned_ = std::move(other.owned_);
  }
  return *this;
}

void Subscription::reset() noexcept {
  if (const auto owned = std::move(owned_)) owned->end(true);
}

void Subscription::cancel() noexcept {
  if (const auto owned = std::move(owned_)) owned->end(false);
}

}  // namespace tubes
