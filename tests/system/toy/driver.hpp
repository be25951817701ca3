#pragma once

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <tubes/bus/driver.hpp>

namespace tubes::toy {

/// A datagram socket that never waits. What fails leaves its cause in errno.
class Socket {
 public:
  Socket() noexcept : Socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {}
  explicit Socket(int fd) noexcept : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Socket() { ::close(fd_); }

  int fd() const noexcept { return fd_; }
  bool bind(const std::string& path) const { return at(path, ::bind); }
  bool connect(const std::string& path) const { return at(path, ::connect); }

 private:
  bool at(const std::string& path, int (*call)(int, const sockaddr*, socklen_t)) const {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    if (path.size() >= sizeof address.sun_path) return errno = ENAMETOOLONG, false;
    path.copy(address.sun_path, path.size());
    return call(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  int fd_;
};

/// Buses that meet in a folder, without a broker: a message is a datagram to the socket of each.
///
/// A message is accepted once the kernel holds it for every bus of the folder. A bus that is full
/// makes the others wait, so nothing is lost; but one that has no room for `patience` (its process
/// is stopped, for a driver reads whatever its handlers do) is cast out, and connects again when it
/// sees that. Lost is what the kernel held for it then, and what is published while it is out.
class Driver final : public tubes::Driver {
 public:
  static constexpr std::chrono::seconds patience{10};

  explicit Driver(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Capabilities capabilities() const noexcept override { return {.max_payload = 128 * 1024}; }
  std::string address() const override { return "toy at " + folder_.string(); }
  void connect(Sink& sink) override;
  void disconnect() noexcept override;
  void subscribe(const Filter& filter) override { sink_->subscribed(filter.text()); }
  void unsubscribe(const Filter&) override {}
  std::size_t send(std::span<const Outgoing* const> messages) override;
  void call(const RetainedCall&) override {}
  void poll(Milliseconds longest) override;
  void wake() noexcept override { ::eventfd_write(woken_.fd(), 1); }

 private:
  void look();
  void cast_out(const std::string& name) noexcept;
  void deliver();
  void receive();
  [[noreturn]] void fail(const std::string& what) const;

  const std::filesystem::path folder_;
  const Socket woken_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  Sink* sink_ = nullptr;
  std::string name_;                     ///< of the file that the others find
  std::optional<Socket> own_;            ///< bound to it
  std::map<std::string, Socket> peers_;  ///< this bus, too: a connected socket tells of room
  std::string datagram_, received_;
  std::vector<std::string> missing_;  ///< who has yet to get `datagram_`
  std::chrono::steady_clock::time_point since_;
};

}  // namespace tubes::toy
