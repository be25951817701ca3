#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include <tubes/bus/driver.hpp>
#include <tubes/bus/topic.hpp>
#include <tubes/transports/redis/session.hpp>

namespace tubes::redis {

/// The second connection: subscriptions, and the messages for them. "in" is a channel, "in.>" the
/// pattern "in.*". Redis sends a message once for each filter that matches, so the Sink hears
/// received() with the filter's name. A filter that Redis refuses (ACL) is refused() alone.
class SubscribeSession final : public Session {
 public:
  SubscribeSession(const Settings& settings, Sink& sink) : Session(settings), sink_(sink) {}

  void subscribe(const Filter& filter);
  void unsubscribe(const Filter& filter);

 private:
  /// What the next answer is to; messages arrive between answers.
  struct Awaited {
    std::string filter;        ///< empty: of a PING
    std::uint64_t number = 0;  ///< of a subscribe(); 0: it is none
  };

  void take(const Reply& reply) override;
  void ping() override;
  void take_array(std::span<const Value> parts);
  void take_subscribed(const std::string& filter);
  void take_error(std::string_view words);
  Awaited take_awaited();
  /// Whether this is the answer to the last subscribe() of a filter that is still wanted.
  bool is_last(const Awaited& awaited) const;
  void take_pattern_message(const std::string& pattern, const Value& topic, const Value& payload);
  void take_message(std::string_view topic, const Value& payload, const std::string& filter);
  /// Valid until the next call.
  const std::string& filter_of(const std::string& channel);

  Sink& sink_;
  std::map<std::string, std::uint64_t> wanted_;  // the number of each filter's last subscribe()
  std::deque<Awaited> awaited_;
  std::uint64_t subscribes_ = 0;
  std::string filter_;  // kept for its memory
};

}  // namespace tubes::redis
