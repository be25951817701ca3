#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <tubes/bus/clock.hpp>
#include <tubes/bus/driver.hpp>
#include <tubes/transports/memory/connection.hpp>
#include <tubes/transports/memory/profile.hpp>
#include <tubes/transports/memory/random.hpp>

namespace tubes::memory {

/// What the buses of a memory:// with a profile meet at: a backend, and the network to it, that
/// behave as the profile says. All that happens is drawn from the seed, so that one thread sees the
/// same each time. Thread-safe.
///
/// Everything that is on the way is an action with its time, done when the clock is moved, or
/// a connection polls: on a VirtualClock in order and at its time, on a real one a little later.
class Backend final : private Clock::Listener {
 public:
  /// `name`: of the memory://, for errors. `faults`: per mille of messages.
  Backend(std::string name, const Profile& profile, Clock& clock, std::uint64_t seed,
          unsigned faults);
  ~Backend();

  const Profile& profile() const noexcept { return profile_; }
  std::string address() const;
  /// For what else is to follow from the seed.
  std::uint64_t draw();

  // A driver's side; `connection` is its own.

  void attach(Connection& connection);
  void detach(Connection& connection) noexcept;
  void connect(Connection& connection);
  /// What was sent still arrives.
  void disconnect(Connection& connection) noexcept;
  void subscribe(Connection& connection, const Filter& filter);
  void unsubscribe(Connection& connection, const Filter& filter);
  void send(Connection& connection, const Outgoing& message);
  void call(Connection& connection, const RetainedCall& call);
  /// What has come for the driver by now; waits for it at most `longest`.
  std::vector<Connection::News> poll(Connection& connection, Milliseconds longest);
  void wake(Connection& connection) noexcept;

  // Faults at will.

  void break_all();
  void restart();
  void stop();
  void start();

  /// Whether anything is on the way, or a connection will come back by itself.
  bool busy() const;

 private:
  using SessionPtr = std::shared_ptr<Session>;
  using Time = Clock::Time;

  Time now() const { return std::max(now_, clock_.now()); }
  Time after(Span span, Time& last);
  void schedule(Time time, std::function<void()> action);
  void tell(Connection& connection, Time time, Connection::Coming coming);
  void answer(Connection& connection, Connection::News news);
  void do_what_is_due();
  Time next_for(const Connection& connection) const;
  std::vector<Connection::News> take_due(Connection& connection);

  void go_live(Connection& connection, const SessionPtr& session, const std::string& filter,
               std::uint64_t number);
  void arrived(Connection& from, const SessionPtr& session, const Outgoing& message);
  void deliver(Connection& to, const std::shared_ptr<const Outgoing>& message);
  bool has_room(const Session& session, std::size_t bytes) const;
  void answer_call(Connection& from, const RetainedCall& call);

  void plan_fault();
  void fault();
  void cut(Connection& connection, Span noticed, const std::string& why);
  void end(Connection& connection, Time noticed, std::string why);
  void overflow(Connection& slow);
  void restart_now();
  void go_away(Time until, const std::string& why);
  bool is_stopped() const { return back_at_ == Time::max(); }
  std::vector<Connection*> connected() const;

  std::optional<Time> next_deadline() override;
  void time_changed() override;

  const std::string name_;
  const Profile& profile_;
  Clock& clock_;
  const unsigned faults_;
  mutable std::mutex mutex_;
  Random random_;
  Time now_{0};  ///< of the action that runs
  Time back_at_{0};
  std::vector<Connection*> connections_;  ///< in the order they were opened
  std::multimap<Time, std::function<void()>> actions_;
  std::map<std::string, std::string> retained_;
};

}  // namespace tubes::memory
