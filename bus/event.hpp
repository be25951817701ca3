#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tubes {

/// Something that happened to a bus or to its messages: never silence.
struct Event {
  enum class Kind {
    connected,       ///< `what` names the backend
    disconnected,    ///< `what` is the reason; also for an attempt to connect that failed
    subscribed,      ///< a Ready::background subscription to `what` is live
    resubscribed,    ///< all `count` filters are live again after a reconnect
    refused,         ///< the backend refused a subscription: `what` is "filter: reason"
    overflow,        ///< `count` messages dropped from the inbox of filter `what`
    too_large,       ///< a message over max_payload arrived and was dropped: `what` says which
    expired,         ///< `count` messages waited in the outbox for too long, and were dropped
    unconfirmed,     ///< `count` messages were on the way when the connection broke
    rejected,        ///< the backend refused a message: `what` is its reason
    handler_failed,  ///< a handler threw `what`
    gap,             ///< `count` messages of `publisher` never came: `what` is "topic: cause"
                     ///< (typed client)
    undecodable,     ///< a payload that is no message: `what` says why (typed client)
    loop,            ///< somebody is not answered: `what` says who and why (typed client)
  };
  Kind kind;
  std::string what;
  std::uint64_t count = 0;
  std::string publisher{};  ///< of a gap: whose messages
};

std::string_view name(Event::Kind kind) noexcept;

using EventHandler = std::function<void(const Event&)>;

}  // namespace tubes
