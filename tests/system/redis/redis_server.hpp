#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tubes/tests/support/child_process.hpp>
#include <tubes/tests/support/temp_folder.hpp>

namespace tubes::test {

/// A real redis-server on a free port of 127.0.0.1 and a unix socket, with its data in a folder
/// of its own. It takes commands when the constructor or start() has returned; both throw, with
/// its log, if it does not come up.
class RedisServer {
 public:
  /// `options` as on redis-server's command line: {"--requirepass", "x"}.
  explicit RedisServer(std::vector<std::string> options = {});

  void start();
  /// As a crash would: at once, and without a farewell.
  void kill() { process_->kill(); }
  /// Keeps its connections and does nothing any more, until kill().
  void freeze() const { process_->freeze(); }

  std::uint16_t port() const noexcept { return port_; }
  std::string socket() const { return folder_.path() / "redis.sock"; }
  /// "redis://" + login + "127.0.0.1:port" + rest.
  std::string url(const std::string& rest = "", const std::string& login = "") const;

 private:
  TempFolder folder_;
  std::uint16_t port_;
  std::vector<std::string> options_;
  std::optional<ChildProcess> process_;
};

}  // namespace tubes::test
