#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bus/driver.hpp>
#include <tubes/bus/engine/back_pressure.hpp>
#include <tubes/bus/engine/dispatcher.hpp>
#include <tubes/transports/memory/backend.hpp>
#include <tubes/transports/memory/settings.hpp>

namespace tubes::memory {

/// What the buses of one memory://name share. Thread-safe.
class Hub {
 public:
  /// `clock`: of its buses. None: the system's, or of its own where a profile runs inline.
  Hub(const std::string& name, const Settings& settings, Clock* clock);

  const Settings& settings() const noexcept { return settings_; }
  Clock& clock() const noexcept { return *clock_; }
  /// Of the inline buses; none where each has a thread.
  const std::shared_ptr<Dispatcher>& dispatcher() const noexcept { return dispatcher_; }
  /// Of the buses that have threads and no profile: one can wait for another.
  const std::shared_ptr<BackPressure>& back_pressure() const noexcept { return back_pressure_; }
  /// What the buses meet at if there is a profile; or else they meet here.
  Backend* backend() const noexcept { return backend_.get(); }

  /// Runs what waits, and with a profile lets the time pass until nothing is on the way. Returns
  /// how many turns that took; throws Error{livelock} if there is no end after `most`.
  std::size_t run_until_idle(std::size_t most);

  void attach(Sink& sink);
  /// When this has returned, `sink` is not called any more.
  void detach(Sink& sink) noexcept;

  void publish(std::string_view topic, std::string_view payload);

  void put(const std::string& key, const std::string& value);
  std::optional<std::string> get(const std::string& key) const;
  void remove(const std::string& key);

 private:
  const Settings settings_;
  Clock* clock_;
  std::shared_ptr<Dispatcher> dispatcher_;
  std::shared_ptr<BackPressure> back_pressure_;
  std::unique_ptr<Backend> backend_;
  mutable std::mutex mutex_;
  std::vector<Sink*> sinks_;
  std::map<std::string, std::string> retained_;
};

/// The hub called `name`, made if there is none: its buses own it. Throws Error{invalid_url} if
/// it is there with other settings, or another clock.
std::shared_ptr<Hub> hub_named(const std::string& name, const Settings& settings, Clock* clock);

/// The hub called `name`, or none.
std::shared_ptr<Hub> find_hub(const std::string& name);

}  // namespace tubes::memory
