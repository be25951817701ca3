#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include <tubes/bus/driver.hpp>
#include <tubes/transports/redis/session.hpp>

namespace tubes::redis {

/// The first connection: publishes, and asks for retained values. Redis answers in the order of
/// the commands, and so the Sink hears accepted(), rejected(), answered() and failed().
class CommandSession final : public Session {
 public:
  CommandSession(const Settings& settings, Sink& sink) : Session(settings), sink_(sink) {}

  void publish(std::string_view topic, std::string_view payload);
  void call(const RetainedCall& call);

 private:
  enum class Kind { publishes, put, get, remove, ping };
  /// What the next reply answers.
  struct Awaited {
    Kind kind;
    std::size_t count;  ///< of publishes in a row
    std::uint64_t id;   ///< of the call
    std::string tried;  ///< the call as an error names it
  };

  void take(const Reply& reply) override;
  void taken() override;
  void ping() override;
  void take_publish(const Reply& reply);
  void take_answer(const Awaited& awaited, const Reply& reply);

  Sink& sink_;
  std::deque<Awaited> awaited_;
  std::size_t accepted_ = 0;  // not yet told to the sink
};

}  // namespace tubes::redis
