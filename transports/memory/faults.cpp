#include <utility>

#include <tubes/transports/memory/backend.hpp>

namespace tubes::memory {

/// Each message may bring one, at any moment from now to its confirmation.
void Backend::plan_fault() {
  if (!random_.one_of(faults_)) return;
  const Span meanwhile{Time{1}, profile_.sends.most + profile_.answers.most};
  schedule(now() + random_.within(meanwhile), [this] { fault(); });
}

void Backend::fault() {
  if (is_stopped()) return;
  if (random_.one_of(profile_.restart_share)) return restart_now();
  const auto connected = this->connected();
  if (connected.empty()) return;
  auto& victim = *connected[random_.below(connected.size())];
  if (random_.one_of(profile_.silence_share))
    cut(victim, profile_.silence, "nothing was heard of it for long");
  else
    cut(victim, profile_.delivers, "the connection was cut");
}

std::vector<Connection*> Backend::connected() const {
  std::vector<Connection*> found;
  for (auto* each : connections_)
    if (each->session && !each->session->ended) found.push_back(each);
  return found;
}

/// Of what is on its way to the backend, the first so many arrive, and nobody learns how many.
void Backend::cut(Connection& connection, Span noticed, const std::string& why) {
  auto& session = *connection.session;
  session.cut_after = session.arrived + random_.below(session.sent - session.arrived + 1);
  end(connection, now() + random_.within(noticed), "lost " + address() + " (" + why + ")");
}

/// The session is over; at its time the driver will throw.
void Backend::end(Connection& connection, Time noticed, std::string why) {
  connection.session->ended = true;
  connection.returns = true;
  connection.coming.clear();
  why += is_stopped() ? "; memory::start() brings it back" : "; it comes back by itself";
  tell(connection, noticed,
       {[why = std::move(why)](Sink&) { throw Error(ErrorCode::unreachable, why); }});
}

void Backend::overflow(Connection& slow) {
  if (!profile_.cuts_off_slow) return;  // as a broker does that cannot tell the subscriber
  cut(slow, profile_.delivers, "it was read too slowly, and its queue was full");
}

void Backend::restart_now() {
  go_away(now() + random_.within(profile_.restarts), "it restarts");
}

void Backend::go_away(Time until, const std::string& why) {
  back_at_ = until;
  for (auto* each : connected()) {
    each->session->cut_after = each->session->arrived;
    end(*each, now() + random_.within(profile_.delivers), "lost " + address() + " (" + why + ")");
  }
  if (!profile_.keeps_retained) retained_.clear();
}

void Backend::break_all() {
  std::lock_guard lock(mutex_);
  for (auto* each : connected()) cut(*each, profile_.delivers, "the connection was cut");
}

void Backend::restart() {
  std::lock_guard lock(mutex_);
  restart_now();
}

void Backend::stop() {
  std::lock_guard lock(mutex_);
  go_away(Time::max(), "it was stopped");
}

void Backend::start() {
  std::lock_guard lock(mutex_);
  back_at_ = now();
}

}  // namespace tubes::memory
