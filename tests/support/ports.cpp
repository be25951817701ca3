#include <cerrno>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <tubes/tests/support/ports.hpp>

namespace tubes::test {
namespace {

class Socket {
 public:
  Socket() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const noexcept { return fd_; }

 private:
  int fd_;
};

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

constexpr int first_port = 10'000;  // above those of well-known servers

/// Of those that the kernel never gives to outgoing connections: ip(7).
int last_port() {
  int first_of_the_kernel = 0;
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> first_of_the_kernel;
  if (first_of_the_kernel > first_port + 1'000) return first_of_the_kernel - 1;
  throw std::runtime_error(
      "the tests want ports from 10000 on that the kernel leaves alone: "
      "sysctl net.ipv4.ip_local_port_range='32768 60999'");
}

bool is_free(std::uint16_t port) {
  const Socket socket;
  const sockaddr_in address = loopback(port);
  return ::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

std::uint16_t free_port(int count) {
  std::random_device random;
  std::uniform_int_distribution<int> somewhere(first_port, last_port() - count);
  for (int attempt = 0; attempt < 100; ++attempt) {
    const int first = somewhere(random);
    int port = first;
    while (port < first + count && is_free(static_cast<std::uint16_t>(port))) ++port;
    if (port == first + count) return static_cast<std::uint16_t>(first);
  }
  throw std::runtime_error("no free port on 127.0.0.1");
}

bool accepts(std::uint16_t port) {
  const Socket socket;
  const sockaddr_in address = loopback(port);
  return ::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

void wait_until_accepts(std::uint16_t port, std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (!accepts(port)) {
    if (std::chrono::steady_clock::now() >= end)
      throw std::runtime_error("nothing accepts connections on 127.0.0.1:" + std::to_string(port));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace tubes::test
