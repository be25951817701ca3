#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <tubes/bus/bus.hpp>
#include <tubes/bus/receipts.hpp>

namespace tubes {

/// The messages of one client whose endings are still to come. Thread-safe; no lock of it is held
/// while a handler runs.
class OpenReceipts : public std::enable_shared_from_this<OpenReceipts> {
 public:
  /// Those who are told: `ended` exactly once, `queued` at most once and before it.
  struct Listeners {
    ReceiptHandler ended, queued;
  };

  /// `timeout` is when an ending that did not come is made here, by Bus::after; one that was open
  /// already when another was is late by a sixteenth of it at most. `most` may be open at once.
  OpenReceipts(Bus& bus, Milliseconds timeout, std::size_t most);

  /// Waits from now on for receipts of the id that it returns, which nobody else on any bus uses.
  /// Throws outbox_full if too many are open, and as Bus::after does.
  std::string open(const std::string& network, Listeners listeners);
  /// The same for a program that waits: it gets an ending even if the client or the bus ends.
  PendingReceipt open(const std::string& network);
  /// The message was not published: there will be no receipt, and nobody is told.
  void forget(const std::string& id);

  /// Tells who waits for it, if anybody does: call it inside a handler.
  void received(const Receipt& receipt);

  /// No handler is called any more; waits for one that runs, unless inside it. Programs that wait
  /// are told `unknown`, "closed".
  void close();

 private:
  struct Open {
    std::string network;
    Listeners listeners;
    std::shared_ptr<std::promise<Receipt>> promise;
    std::uint64_t opened = 0;  // at this tick
    bool queued = false;       // the bridge has said so
  };
  using ById = std::map<std::string, Open>;
  class Tick;

  std::string add(Open open);
  void start_ticking();
  void tick();
  void end_of_ticks();
  void tell(const ReceiptHandler& handler, const Receipt& receipt);
  void end(Open& open, const Receipt& receipt);
  static ReceiptHandler note_queued(Open& open, const Receipt& receipt);
  ById take_overdue();
  std::string too_late(const Open& open) const;

  Bus& bus_;
  const Milliseconds timeout_, tick_length_;
  const std::uint64_t ticks_;  // of which the timeout has so many
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable told_;
  ById open_;
  std::uint64_t now_ = 0;  // in ticks
  bool ticking_ = false;
  bool closed_ = false;
  std::thread::id telling_;  // where a handler runs
};

}  // namespace tubes
