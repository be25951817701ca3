#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <tubes/bus/options.hpp>
#include <tubes/transports/net/resolver.hpp>
#include <tubes/transports/zeromq/wakeup.hpp>

namespace tubes::zeromq {

/// The look-up of a broker's name, which libzmq would wait for. Used by one thread.
class LookUp {
 public:
  using Answer = net::Resolver::Answer;

  /// `wakeup` outlives this, and is woken when there is an answer. None within `patience` is one,
  /// too: it says so.
  LookUp(std::string name, net::Lookup lookup, const Wakeup& wakeup, Milliseconds patience)
      : wakeup_(wakeup), patience_(patience), resolver_(std::move(name), std::move(lookup)) {}

  void start();
  void cancel() noexcept { resolver_.cancel(); }
  /// Waits for the answer to start() at most `longest`, or until the wake-up; clears that.
  std::optional<Answer> wait(Milliseconds longest);

 private:
  std::optional<Answer> take_answer();

  const Wakeup& wakeup_;
  const Milliseconds patience_;
  std::chrono::steady_clock::time_point overdue_;
  std::mutex mutex_;
  std::optional<Answer> answer_;
  net::Resolver resolver_;  // last: when it is gone, nobody answers any more
};

}  // namespace tubes::zeromq
