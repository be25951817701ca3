#pragma once

#include <string>
#include <vector>

#include <tubes/transports/redis/resp.hpp>
#include <tubes/transports/redis/settings.hpp>

namespace tubes::redis {

/// The first words on a connection: AUTH and SELECT where the settings ask for them, PING, and
/// CLIENT SETNAME, which an administrator sees in CLIENT LIST and a server may refuse.
class Handshake {
 public:
  /// Appends all commands at once.
  void begin(const Settings& settings, std::string& out);

  bool begun() const noexcept { return !steps_.empty(); }
  /// Begun, and everything answered.
  bool done() const noexcept { return begun() && answered_ == steps_.size(); }

  /// Takes one reply until done(). Throws Error{refused} or, if the server is not ready yet,
  /// Error{unreachable}.
  void take(const Reply& reply, const Settings& settings);

 private:
  enum class Step { auth, select, ping, name };
  static std::string tried(Step step, const Settings& settings);

  std::vector<Step> steps_;
  std::size_t answered_ = 0;
};

}  // namespace tubes::redis
