#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bus/driver.hpp>
#include <tubes/bus/engine/dispatcher.hpp>

namespace tubes::memory {

/// What the buses of one memory://name share. Thread-safe.
class Hub {
 public:
  /// `dispatcher`: of the inline buses; none where each has a thread.
  explicit Hub(std::shared_ptr<Dispatcher> dispatcher) : dispatcher_(std::move(dispatcher)) {}

  const std::shared_ptr<Dispatcher>& dispatcher() const noexcept { return dispatcher_; }

  void attach(Sink& sink);
  /// When this has returned, `sink` is not called any more.
  void detach(Sink& sink) noexcept;

  void publish(std::string_view topic, std::string_view payload);

  void put(const std::string& key, const std::string& value);
  std::optional<std::string> get(const std::string& key) const;
  void remove(const std::string& key);

 private:
  const std::shared_ptr<Dispatcher> dispatcher_;
  mutable std::mutex mutex_;
  std::vector<Sink*> sinks_;
  std::map<std::string, std::string> retained_;
};

/// The hub called `name`, made if there is none: its buses own it. Throws Error{invalid_url} if
/// it is there and dispatches another way, or by another clock.
std::shared_ptr<Hub> hub_named(const std::string& name, bool inline_dispatch, std::size_t deepest,
                               Clock& clock);

/// The hub called `name`, or none.
std::shared_ptr<Hub> find_hub(const std::string& name);

}  // namespace tubes::memory
