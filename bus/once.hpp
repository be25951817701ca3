#pragma once

#include <mutex>

namespace tubes {

/// Does something until it has succeeded once: whoever comes while it is being done waits, and if
/// it throws the next one tries again. std::call_once promises the same, but where its function has
/// thrown under ThreadSanitizer the next call never returns.
class Once {
 public:
  template <class Act>
  void operator()(Act act) {
    const std::lock_guard lock(mutex_);
    if (done_) return;
    act();
    done_ = true;
  }

 private:
  std::mutex mutex_;
  bool done_ = false;
};

}  // namespace tubes
