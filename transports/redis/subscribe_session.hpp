#pragma once

#include <map>
#include <set>
#include <string>

#include <tubes/bus/driver.hpp>
#include <tubes/bus/topic.hpp>
#include <tubes/transports/redis/session.hpp>

namespace tubes::redis {

/// The second connection: subscriptions, and the messages for them. "in" is a channel, "in.>" the
/// pattern "in.*". Redis sends a message once for each filter that matches, so the Sink hears
/// received() with the filter's name.
class SubscribeSession final : public Session {
 public:
  SubscribeSession(const Settings& settings, Sink& sink) : Session(settings), sink_(sink) {}

  void subscribe(const Filter& filter);
  void unsubscribe(const Filter& filter);

 private:
  void take(const Reply& reply) override;
  void take_subscribed(const std::string& filter);
  void take_pattern_message(const std::string& pattern, std::string_view topic,
                            std::string_view payload);
  /// Valid until the next call.
  const std::string& filter_of(const std::string& channel);

  Sink& sink_;
  std::set<std::string> wanted_;
  std::map<std::string, int> unanswered_;  // subscribe commands on the way, by filter
  std::string filter_;                     // kept for its memory
};

}  // namespace tubes::redis
