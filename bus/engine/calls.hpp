#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <tubes/bus/driver.hpp>
#include <tubes/bus/engine/outbox.hpp>

namespace tubes {

/// The calls on retained values that wait for an answer. All of them can be repeated without
/// harm, so one that a disconnect cut off is made again. Thread-safe.
class Calls {
 public:
  std::uint64_t start(RetainedCall call);
  /// What finish() gave; throws what fail() gave, or Error{timed_out} or Error{closed} with
  /// nothing but the code: the caller knows what to say.
  std::optional<std::string> wait(std::uint64_t id, const Patience& patience);
  /// Wakes up whoever waits.
  void close();

  // The I/O side.

  /// A new connection knows nothing: everything unanswered is to be sent again.
  void connected();
  std::vector<RetainedCall> take_unsent();
  void finish(std::uint64_t id, std::optional<std::string> value);
  void fail(std::uint64_t id, const Error& error);

 private:
  struct Pending {
    RetainedCall call;
    bool sent = false;
    bool answered = false;
    std::optional<std::string> value;
    std::optional<Error> error;
  };

  std::mutex mutex_;
  std::condition_variable answered_;
  std::map<std::uint64_t, Pending> pending_;
  std::uint64_t last_id_ = 0;
  bool closed_ = false;
};

}  // namespace tubes
