#pragma once

#include <optional>
#include <string>

#include <zmq.hpp>

namespace tubes::zeromq {

/// Tells when a socket that is to have one connection cannot get it or loses it.
class Monitor {
 public:
  /// Before `socket` connects. `name` is unique in the context; `socket` outlives this.
  Monitor(zmq::context_t& context, zmq::socket_t& socket, const std::string& name);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  /// What went wrong, if something did; the first cause stays. Never waits.
  const std::optional<std::string>& trouble();
  /// To poll for: trouble() may have news.
  zmq::socket_t& events() noexcept { return events_; }

 private:
  zmq::socket_t& socket_;
  zmq::socket_t events_;
  std::optional<std::string> trouble_;
};

}  // namespace tubes::zeromq
