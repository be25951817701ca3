#include <tubes/bus/engine/core.hpp>
#include <tubes/bus/engine/own_topics.hpp>
#include <tubes/bus/engine/timer.hpp>

// What a bus tells of itself, and asks the others.

namespace tubes {

Stats Core::stats() const {
  return {outbox_.ledger(), inboxes_.ledger(), events_.handlers_failed(), events_.dropped(),
          link_.connected()};
}

PeerStats Core::describe() const {
  const auto uptime = std::chrono::duration_cast<Milliseconds>(clock_.now() - opened_at_);
  return {id_, options_.name, uptime, link_.connected_for(), stats()};
}

/// On the I/O thread, which sends what is in the outbox when it is done receiving. An inline bus is
/// in the midst of somebody's publish: there the answer is a handler's turn.
void Core::question_arrived() {
  if (!inline_io_) return answer();
  const auto turn = [this] {
    answer();
    link_.wake();
  };
  dispatcher_->post(std::make_shared<Timer>(events_, turn, this));
}

void Core::answer() {
  for (const auto& topic : questions_.take()) outbox_.push_own(topic, to_text(describe()));
}

std::vector<PeerStats> Core::ask_stats(Milliseconds wait) {
  if (closing_) refuse_closed();
  const auto replies = Filter::own(questions_.reply_topic());
  link_.want(replies, false);
  const std::shared_ptr<void> asked(nullptr, [&](void*) { link_.unwant(replies); });
  require_ready(replies);
  questions_.begin();
  const bool pushed = outbox_.push_own(stats_topic, questions_.question());
  if (!pushed && !closing_) {
    questions_.end(nullptr);
    refuse_full();
  }
  link_.wake();
  dispatcher_->run();
  const bool time_passes = !capabilities_.inline_dispatch || clock_.moves_by_hand();
  const auto patience = this->patience(wait);
  auto peers = questions_.end(pushed && time_passes ? &patience : nullptr);
  if (closing_) refuse_closed();
  return peers;
}

}  // namespace tubes
