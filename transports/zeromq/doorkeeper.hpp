#pragma once

#include <zmq.hpp>

#include <tubes/transports/zeromq/allowed_keys.hpp>
#include <tubes/transports/zeromq/security.hpp>
#include <tubes/transports/zeromq/socket.hpp>
#include <tubes/transports/zeromq/warnings.hpp>
#include <tubes/transports/zeromq/zap.hpp>

namespace tubes::zeromq {

/// Lets clients of a broker in whose keys are allowed, and warns of those that are not. One thread.
class Doorkeeper {
 public:
  /// Before a socket of `context` is bound, and it must outlive them: where nobody answers, libzmq
  /// lets everyone in. `warnings` outlives this. Throws Error{invalid_url} if
  /// the allowed keys cannot be read.
  Doorkeeper(zmq::context_t& context, const BrokerKeys& keys, Warnings& warnings);

  Doorkeeper(const Doorkeeper&) = delete;
  Doorkeeper& operator=(const Doorkeeper&) = delete;

  /// Answers whoever knocked; never waits.
  void answer();
  /// To poll for: someone knocked.
  zmq::socket_t& knocks() noexcept { return knocks_; }

 private:
  bool may_enter(const ZapRequest& request);
  bool lets_in(const ZapRequest& request);

  Warnings& warnings_;
  KeyPair own_;
  AllowedKeys allowed_;
  zmq::socket_t knocks_;
  Parts parts_;
};

}  // namespace tubes::zeromq
