#include <algorithm>
#include <cerrno>
#include <limits>

#include <tubes/transports/zeromq/socket.hpp>

namespace tubes::zeromq {
namespace {

zmq::send_flags flags(bool more) {
  return more ? zmq::send_flags::sndmore | zmq::send_flags::dontwait : zmq::send_flags::dontwait;
}

/// Does `action` again while a signal interrupts it.
template <class Action>
auto uninterrupted(Action action) {
  for (;;) try {
      return action();
    } catch (const zmq::error_t& error) {
      if (error.num() != EINTR) throw;
    }
}

bool receive_frame(zmq::socket_t& socket, zmq::message_t& frame) {
  return uninterrupted([&] { return socket.recv(frame, zmq::recv_flags::dontwait); }).has_value();
}

}  // namespace

bool Parts::receive(zmq::socket_t& socket) {
  size_ = 0;
  if (!receive_frame(socket, messages_[0])) return false;
  for (;;) {
    views_[size_] = messages_[size_].to_string_view();
    if (!messages_[size_++].more()) return true;
    if (size_ == most) --size_;
    receive_frame(socket, messages_[size_]);
  }
}

bool send(zmq::socket_t& socket, zmq::message_t& frame, bool more) {
  return uninterrupted([&] { return socket.send(frame, flags(more)); }).has_value();
}

bool send(zmq::socket_t& socket, std::string_view frame, bool more) {
  zmq::message_t message(frame.data(), frame.size());
  return send(socket, message, more);
}

bool send(zmq::socket_t& socket, const OwnedFrames& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (!send(socket, frames[i], i + 1 < frames.size())) return false;
  return true;
}

void wait(zmq::pollitem_t* items, std::size_t count, Milliseconds longest) try {
  // libzmq reads -1 as for ever, and keeps the time as an int.
  constexpr Milliseconds most{std::numeric_limits<int>::max()};
  zmq::poll(items, count, std::clamp(longest, Milliseconds::zero(), most));
} catch (const zmq::error_t& error) {
  if (error.num() != EINTR) throw;
  for (std::size_t i = 0; i < count; ++i) items[i].revents = 0;
}

}  // namespace tubes::zeromq
