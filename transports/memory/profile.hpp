#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tubes/transports/memory/random.hpp>

namespace tubes::memory {

/// How a real transport behaves on a bad day. profile.cpp has the facts of each.
struct Profile {
  std::string_view name;
  Span connects;           ///< until a connection is up, or is refused
  Span subscribes;         ///< until a subscription is live, from the call on
  Span sends;              ///< until a message has reached the backend
  Span delivers;           ///< from the backend to a subscriber
  Span answers;            ///< from the backend to the sender: confirmations, retained values
  Span restarts;           ///< how long the backend is away when it restarts
  Span silence;            ///< until a connection that was cut off without a word is noticed
  unsigned restart_share;  ///< of the faults, per mille: the backend restarts
  unsigned silence_share;  ///< of the faults, per mille: a connection is cut off without a word
  bool keeps_retained;     ///< through a restart of the backend
  std::size_t queue_messages, queue_bytes;  ///< on the way to one subscriber, at the most
  bool cuts_off_slow;  ///< a full queue ends the connection, or else what comes is dropped
};

/// The transport of that name; none for "ideal", which has no faults. Throws Error{invalid_url}
/// that lists those there are.
const Profile* profile_named(std::string_view name);

}  // namespace tubes::memory
