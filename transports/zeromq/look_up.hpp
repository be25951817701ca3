#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <tubes/transports/net/resolver.hpp>
#include <tubes/transports/zeromq/wakeup.hpp>

namespace tubes::zeromq {

/// The look-up of a broker's name, which libzmq would wait for. Used by one thread.
class LookUp {
 public:
  /// `wakeup` outlives this, and is woken when there is an answer.
  LookUp(std::string name, net::Lookup lookup, const Wakeup& wakeup)
      : wakeup_(wakeup), resolver_(std::move(name), std::move(lookup)) {}

  void start();
  void cancel() noexcept { resolver_.cancel(); }
  /// The answer to the last start(), once.
  std::optional<net::Resolver::Answer> take_answer();

 private:
  const Wakeup& wakeup_;
  std::mutex mutex_;
  std::optional<net::Resolver::Answer> answer_;
  net::Resolver resolver_;  // last: when it is gone, nobody answers any more
};

}  // namespace tubes::zeromq
