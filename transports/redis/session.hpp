#pragma once

#include <string>
#include <string_view>

#include <tubes/bus/error.hpp>
#include <tubes/transports/redis/handshake.hpp>
#include <tubes/transports/redis/resp.hpp>
#include <tubes/transports/redis/settings.hpp>

namespace tubes::redis {

/// A conversation with Redis without the connection: bytes in; bytes and calls on a Sink out.
/// Knows no socket and no time. Used by one thread, for the life of one connection.
class Session {
 public:
  explicit Session(const Settings& settings);
  virtual ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// The connection is open: introduces itself.
  void begin() { handshake_.begin(settings_, out_); }

  /// Takes what arrived. Throws Error{refused} for an error reply that ends the conversation, and
  /// Error{unreachable} if this is not what a Redis server sends.
  void feed(std::string_view bytes);

  /// To be called at every Settings::heartbeat: asks a silent server for a sign of life, and
  /// throws Error{unreachable} if it then has given none by the next call.
  void beat();

  /// Logged in.
  bool ready() const noexcept { return handshake_.done(); }

  /// What is to be sent; whoever sends it takes it from here.
  std::string& out() noexcept { return out_; }

 protected:
  virtual void take(const Reply& reply) = 0;
  /// All that arrived at once has been taken.
  virtual void taken() {}
  virtual void ping() { append_command(out_, {"PING"}); }

  [[noreturn]] void refuse_reply(const std::string& why) const;
  const Settings& settings() const noexcept { return settings_; }

 private:
  void take_all();

  const Settings settings_;
  Handshake handshake_;
  ReplyReader reader_;
  std::string out_;
  int silent_beats_ = 0;
};

}  // namespace tubes::redis
