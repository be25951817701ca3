#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <tubes/bus/bus.hpp>
#include <tubes/bus/url.hpp>

namespace tubes::memory {

/// A bus inside this process: all buses opened on one name ("memory://name") hear each other for
/// as long as one of them is open. Retained values live as long. One name has one set of
/// parameters. Its first bus's clock is that of what happens between them, and must outlive them
/// all.
///
/// ?dispatch=inline (the default): publish runs the handlers of all these buses before it returns,
/// unless one runs already or another thread is at it: then it is queued behind. One thread sees
/// the same order every time. Timers need a VirtualClock in BusOptions, the same for every bus of
/// the name; its advance() runs them. Handlers that answer each other without an end are stopped
/// by an Error{livelock} out of publish, ?limit=10000 answers deep.
///
/// ?dispatch=thread: each bus has a dispatch thread, as with the other transports.
///
/// ?profile=redis and ?profile=zmq (the default is ideal) behave as that transport does on a bad
/// day (profile.cpp): everything takes its time, a subscription goes live late, connections break
/// while messages are on the way, the backend restarts. Everything is drawn from ?seed=0;
/// ?faults=10 is how many of 1000 messages meet a fault, 0 for none. Inline, it happens as the
/// clock is moved: by its advance(), by run_until_idle(), and by every call that waits (flush,
/// subscribe, get, put, remove, close); without a clock in BusOptions the name has a virtual one
/// of its own. One thread then sees the same happen each time. With ?dispatch=thread it happens
/// in the clock's time, and in an order that differs.
///
/// Throws Error{invalid_url}.
std::unique_ptr<Bus> open(const Url& url, const BusOptions& options = {});

/// Throws Error{invalid_url} where open() would for the URL alone.
void check(const Url& url);

/// Runs the handlers that still wait on an inline `name`, as after an Error{livelock}; with a
/// profile it also lets the time pass until nothing is on the way and all are connected. Returns
/// how many turns that took. Throws Error{livelock} if there is no end after `most`.
std::size_t run_until_idle(std::string_view name, std::size_t most);

/// Cuts all connections of a `name` with a profile: what is on its way arrives or not, the buses
/// notice a moment later and connect again. Throws Error{unsupported} if there is no such name.
void disconnect(std::string_view name);

/// Restarts the backend of a `name` with a profile, also one that was stopped: all connections
/// break, nothing on its way arrives, and as with the real one retained values survive (redis) or
/// do not (zmq).
void restart(std::string_view name);

/// Takes the backend of a `name` with a profile away as restart() does, until start(): meanwhile
/// nobody can connect.
void stop(std::string_view name);
void start(std::string_view name);

}  // namespace tubes::memory
