#pragma once

#include <cstdint>

namespace tubes {

/// The ledger of a bus: a consistent snapshot, counted in messages since it was opened.
///   published = accepted + waiting + unconfirmed + expired + discarded + rejected
struct Sent {
  std::uint64_t published = 0;    ///< taken over by publish() or try_publish()
  std::uint64_t accepted = 0;     ///< confirmed by the backend
  std::uint64_t waiting = 0;      ///< in the outbox, or on the way to the backend
  std::uint64_t unconfirmed = 0;  ///< on the way when the connection broke: arrived or lost
  std::uint64_t expired = 0;      ///< dropped: older than outbox_age while away
  std::uint64_t discarded = 0;    ///< dropped: still waiting when the bus closed
  std::uint64_t rejected = 0;     ///< dropped: the backend said no
};

/// The other half, counted in deliveries (one message for one subscription).
///   received = delivered + waiting + overflowed + unsubscribed + discarded
struct Received {
  std::uint64_t received = 0;
  std::uint64_t delivered = 0;     ///< the handler was called, and returned or threw
  std::uint64_t waiting = 0;       ///< in an inbox, or in a handler that still runs
  std::uint64_t overflowed = 0;    ///< dropped: the inbox was full
  std::uint64_t unsubscribed = 0;  ///< dropped: the subscription ended first
  std::uint64_t discarded = 0;     ///< dropped: the bus closed first
};

struct Stats {
  Sent sent;
  Received received;
  std::uint64_t handlers_failed = 0;  ///< handlers that threw
  std::uint64_t events_dropped = 0;   ///< events nobody took in time
  bool connected = false;
};

}  // namespace tubes
