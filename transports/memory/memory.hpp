#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <tubes/bus/bus.hpp>
#include <tubes/bus/url.hpp>

namespace tubes::memory {

/// A bus inside this process: all buses opened on one name ("memory://name") hear each other for
/// as long as one of them is open. Retained values live as long.
///
/// ?dispatch=inline (the default): publish runs the handlers of all these buses before it returns,
/// unless one runs already or another thread is at it: then it is queued behind. One thread sees
/// the same order every time. Timers need a VirtualClock in BusOptions, the same for every bus of
/// the name; its advance() runs them. Handlers that answer each other without an end are stopped
/// by an Error{livelock} out of publish, ?limit=10000 answers deep.
///
/// ?dispatch=thread: each bus has a dispatch thread, as with the other transports. One name has
/// one way of dispatching.
///
/// Throws Error{invalid_url}.
std::unique_ptr<Bus> open(const Url& url, const BusOptions& options = {});

/// Throws Error{invalid_url} where open() would for the URL alone.
void check(const Url& url);

/// Runs the handlers that still wait on an inline `name`, as after an Error{livelock}, and returns
/// how many turns that took. Throws Error{livelock} if there is no end after `most`.
std::size_t run_until_idle(std::string_view name, std::size_t most);

}  // namespace tubes::memory
