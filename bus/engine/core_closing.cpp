#include <tubes/bus/engine/bounds.hpp>
#include <tubes/bus/engine/core.hpp>

// How a bus ends: what is left is handled and sent, or counted.

namespace tubes {
namespace {

/// What the I/O thread may take, once its deadline is over, to count what is left.
constexpr Milliseconds time_to_finish{250};

}  // namespace

Core::~Core() {
  shut_down();
}

Stats Core::close(Milliseconds timeout) {
  closing_ = true;
  if (inside()) return close_inside(timeout);
  const auto deadline = deadline_in(timeout);
  inboxes_.refuse();
  drain_inboxes(deadline);
  outbox_.refuse();
  drain_outbox(timeout);
  link_.stop(deadline);
  link_.wait_until_finished(deadline + time_to_finish);
  stop_handlers();
  run_handlers();  // inline: of others, who heard the last heartbeat
  dispatcher_->wait_for_owner(this, deadline);
  return stats();
}

/// False if bots answer each other for ever: they do not keep a bus open.
bool Core::run_handlers() try {
  dispatcher_->run();
  return true;
} catch (const Error&) {
  return false;
}

void Core::drain_inboxes(Deadline deadline) {
  // Inside a handler of another bus on this dispatcher nobody would run what we wait for.
  if (run_handlers() && !dispatcher_->inside()) inboxes_.wait_until_empty(deadline);
}

/// Elsewhere the I/O thread does it, and the link waits for that.
void Core::drain_outbox(Milliseconds timeout) {
  if (!passes_time_) return;
  const auto limit = clock_.now() + bounded(timeout);
  try {
    while (!outbox_.drained() && clock_.pass(limit)) {
    }
  } catch (const Error&) {
    return;  // bots that answer each other for ever do not keep a bus open
  }
}

Stats Core::close_inside(Milliseconds timeout) {
  outbox_.refuse();
  link_.stop(deadline_in(timeout));
  stop_handlers();
  return stats();
}

void Core::stop_handlers() {
  inboxes_.close();
  filters_.close();
  calls_.close();
  pulses_.close();
  questions_.close();
  events_.close();
  dispatcher_->forget(this);
  if (!shares_dispatcher_) dispatcher_->stop();
}

void Core::shut_down() {
  close(Milliseconds{1'000});
  dispatcher_->wait_for_owner(this, Deadline::max());
}

}  // namespace tubes
