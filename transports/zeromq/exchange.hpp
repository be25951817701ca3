#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <zmq.hpp>

#include <tubes/transports/zeromq/broker.hpp>
#include <tubes/transports/zeromq/retained.hpp>
#include <tubes/transports/zeromq/sessions.hpp>
#include <tubes/transports/zeromq/socket.hpp>
#include <tubes/transports/zeromq/warnings.hpp>

namespace tubes::zeromq {

/// What a broker does with its two sockets once they are bound. One thread; nothing here waits.
class Exchange {
 public:
  /// The sockets and `warnings` outlive this. `xpub` must have ZMQ_XPUB_NODROP set.
  Exchange(zmq::socket_t& router, zmq::socket_t& xpub, Warnings& warnings,
           const BrokerOptions& options);

  /// Tells every new subscription to "$ready.…" that it, and all before it, are live.
  void answer_subscriptions();
  /// Takes a batch of what clients sent, and confirms it.
  void serve_clients();
  /// Forgets clients that are gone.
  void sweep();

  BrokerStats stats() const;

 private:
  void handle(Parts& parts);
  void publish(const Publish&, Parts& parts, Sessions::Session* session);
  void forward(zmq::message_t& topic, zmq::message_t& payload);
  bool try_forward(zmq::message_t& topic, zmq::message_t& payload);
  void refuse(const std::string& why, std::string_view id, Sessions::Session* session);
  void welcome(const Hello&, std::string_view id);
  void drop(const Malformed&, std::string_view id);
  /// A client that is gone, or that lets its answers pile up to the limit, has no session any more.
  void answer(std::string_view id, const OwnedFrames& frames);
  void answer(std::string_view id, RetainedCall call);
  /// False for such a client.
  bool reply(std::string_view id, const OwnedFrames& frames, zmq::message_t* last = nullptr);
  bool acknowledge(std::string_view id, std::uint64_t count);

  zmq::socket_t& router_;
  zmq::socket_t& xpub_;
  std::size_t max_payload_;
  std::string instance_;
  Sessions sessions_;
  RetainedValues retained_;
  Warnings& warnings_;
  BrokerStats stats_;
  Parts parts_;
};

}  // namespace tubes::zeromq
