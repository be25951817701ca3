#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace tubes {

class Clock;

using Milliseconds = std::chrono::milliseconds;

/// What a subscription does with a message that its full inbox has no room for. Either way the
/// message is counted and an `overflow` event reports it.
enum class Overflow {
  drop_oldest,  ///< the newest messages are the ones worth having (the default)
  drop_newest,  ///< what is there already stays
  block,        ///< the sender waits; only where Capabilities::block says so
};

/// When subscribe() returns.
enum class Ready {
  wait,        ///< once the subscription is live at the backend, or throws at ready_timeout
  background,  ///< at once; the event `subscribed` says when it is live
};

struct SubscribeOptions {
  std::size_t inbox_messages = 100'000;
  std::size_t inbox_bytes = 64 << 20;  ///< of payloads
  Overflow overflow = Overflow::drop_oldest;
  Ready ready = Ready::wait;
};

struct BusOptions {
  std::size_t max_payload = 1 << 20;    ///< bytes; more is not published, and not taken
  std::size_t outbox_bytes = 16 << 20;  ///< full once messages of this size in all wait
  Milliseconds outbox_age{60'000};      ///< what waited longer than this while away is dropped
  Milliseconds publish_timeout{5'000};  ///< how long publish() waits for room in the outbox
  Milliseconds ready_timeout{5'000};    ///< how long subscribe, put, get and remove wait
  Milliseconds connect_timeout{3'000};  ///< one attempt to connect
  Milliseconds backoff_first{50};       ///< the first retry's longest delay; doubles
  Milliseconds backoff_longest{5'000};  ///< no retry waits longer than this
  Milliseconds heartbeat{5'000};        ///< how often changed numbers are stated; 0: never
  bool answer_stats = true;             ///< tell whoever asks the buses that are there
  std::string name{};                   ///< for that answer; none: the program's name and pid
  Clock* clock = nullptr;               ///< none: the system's monotonic clock
};

/// What a transport can do; asking for more throws Error{unsupported} at the call.
struct Capabilities {
  bool retained = false;                   ///< put, get, remove
  bool retained_survives_restart = false;  ///< of the backend
  bool durable = false;                    ///< messages outlive a receiver's absence
  bool block = false;                      ///< Overflow::block
  bool inline_dispatch = false;            ///< handlers run on the publishing thread
  bool no_duplicates = true;               ///< nobody receives a message twice
  std::size_t max_payload = 0;             ///< bytes the backend can carry; 0: as many as allowed
};

}  // namespace tubes
