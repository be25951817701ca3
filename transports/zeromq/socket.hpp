#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <zmq.hpp>

#include <tubes/transports/zeromq/protocol.hpp>

/// libzmq without waiting and without EINTR. Everything throws zmq::error_t on what is left.
namespace tubes::zeromq {

/// Room for a message's frames, used again for the next one so that no frame is copied.
class Parts {
 public:
  /// More than any valid message has, so that one with too many is seen to be invalid.
  static constexpr std::size_t most = 8;

  /// Takes the next message, whole; false if there is none now. Frames beyond `most` are dropped.
  bool receive(zmq::socket_t& socket);

  zmq::message_t& operator[](std::size_t index) noexcept { return messages_[index]; }
  std::string_view view(std::size_t index) const noexcept { return views_[index]; }
  /// All frames from number `first` on.
  Frames frames(std::size_t first = 0) const noexcept {
    return Frames(views_).subspan(first, size_ - first);
  }

 private:
  std::array<zmq::message_t, most> messages_;
  std::array<std::string_view, most> views_;
  std::size_t size_ = 0;
};

/// False if the socket has no room now; then nothing was sent.
bool send(zmq::socket_t& socket, zmq::message_t& frame, bool more = false);
bool send(zmq::socket_t& socket, std::string_view frame, bool more = false);
bool send(zmq::socket_t& socket, const OwnedFrames& frames);

/// As zmq_poll, but a signal is no error: then nothing is ready.
void wait(zmq::pollitem_t* items, std::size_t count, Milliseconds longest);

}  // namespace tubes::zeromq
