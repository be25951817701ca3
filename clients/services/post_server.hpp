#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <tubes/clients/services/listen_address.hpp>

namespace tubes::services {

/// What an HTTP client is told (RFC 9110, section 15).
enum class Status {
  accepted = 202,
  bad = 400,
  denied = 401,
  missing = 404,
  only_post = 405,
  large = 413,
  media = 415,
  unavailable = 503
};

struct Posted {
  std::string name;                      ///< of the path "/NAME"
  std::string type;                      ///< of the content
  std::string signature, authorization;  ///< the headers X-Hub-Signature-256 and Authorization
  std::string body;
};

struct Told {
  Status status;
  std::string why;
};

/// An HTTP server that takes whole posts of bounded size and time, each on a connection of its own.
class PostServer {
 public:
  /// On threads of the server, several at once.
  using Take = std::function<Told(const Posted&)>;
  using Log = std::function<void(const std::string&)>;

  /// Reads "max_bytes" and what ListenAddress does. Nothing is taken before start().
  PostServer(config::StrictObject& options, Take take, Log log);
  ~PostServer();
  PostServer(const PostServer&) = delete;

  /// Returns the address that it listens at. Throws Error{unreachable}.
  std::string start();

 private:
  void listen();

  const Take take_;
  const Log log_;
  const std::size_t limit_;  // bytes
  const ListenAddress address_;
  const std::unique_ptr<httplib::Server> server_;
  std::atomic<bool> ending_ = false, ended_ = false;
  std::thread thread_;
};

}  // namespace tubes::services
