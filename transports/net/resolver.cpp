#include <array>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <netdb.h>
#include <sys/socket.h>

#include <tubes/transports/net/resolver.hpp>

namespace tubes::net {

std::vector<std::string> system_lookup(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;  // each address once
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found); error != 0)
    throw std::runtime_error(::gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner{found, ::freeaddrinfo};
  std::vector<std::string> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                      NI_NUMERICHOST) == 0)
      addresses.emplace_back(text.data());
  }
  return addresses;
}

/// What a look-up that nobody waits for any more still holds.
struct Resolver::Shared {
  std::mutex mutex;
  Done done;
  bool running = false;

  /// `done` runs and ends under the lock, so that cancel() waits for it.
  void finish(const Answer& answer) {
    const std::lock_guard lock(mutex);
    running = false;
    if (const auto taken = std::exchange(done, nullptr)) taken(answer);
  }
};

namespace {

Resolver::Answer answer_of(const Lookup& lookup, const std::string& host) {
  try {
    auto addresses = lookup(host);
    if (addresses.empty()) return {{}, "the name has no address"};
    return {std::move(addresses), {}};
  } catch (const std::exception& error) {
    return {{}, error.what()};
  }
}

}  // namespace

Resolver::Resolver(std::string host, Lookup lookup)
    : host_(std::move(host)), lookup_(std::move(lookup)), shared_(std::make_shared<Shared>()) {}

void Resolver::start(Done done) {
  const std::lock_guard lock(shared_->mutex);
  shared_->done = std::move(done);
  if (shared_->running) return;
  std::thread([shared = shared_, lookup = lookup_, host = host_] {
    shared->finish(answer_of(lookup, host));
  }).detach();
  shared_->running = true;
}

void Resolver::cancel() noexcept {
  const std::lock_guard lock(shared_->mutex);
  shared_->done = nullptr;
}

}  // namespace tubes::net
