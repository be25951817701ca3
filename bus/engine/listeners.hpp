#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace tubes {

/// Who listens to something. Guarded by a lock of its owner's.
template <class Listener>
class Listeners {
 public:
  std::shared_ptr<Listener> add(std::shared_ptr<Listener> listener) {
    listeners_.push_back(listener);
    return listener;
  }

  /// Takes it out; none if it is not there. Release it after the lock: it may own the last
  /// reference to a handler and to what that captured.
  [[nodiscard]] std::shared_ptr<Listener> remove(const Listener& listener) noexcept {
    const auto found = std::ranges::find(listeners_, &listener, &std::shared_ptr<Listener>::get);
    if (found == listeners_.end()) return nullptr;
    auto removed = std::move(*found);
    listeners_.erase(found);
    return removed;
  }

  bool empty() const noexcept { return listeners_.empty(); }
  auto begin() const noexcept { return listeners_.begin(); }
  auto end() const noexcept { return listeners_.end(); }

 private:
  std::vector<std::shared_ptr<Listener>> listeners_;
};

}  // namespace tubes
