#pragma once

#include <exception>

namespace tubes {

/// Does one thing after the other, whatever they throw, and throws at last what the first threw.
class EachInTurn {
 public:
  template <class Action>
  void operator()(Action action) {
    try {
      action();
    } catch (...) {
      if (!first_) first_ = std::current_exception();
    }
  }
  void done() {
    if (first_) std::rethrow_exception(first_);
  }

 private:
  std::exception_ptr first_;
};

}  // namespace tubes
