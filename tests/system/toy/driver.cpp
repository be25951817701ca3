#include "driver.hpp"

#include <algorithm>
#include <random>
#include <set>

#include <poll.h>

namespace tubes::toy {

// The others take a name without a socket for stale: so it shows its own when it is bound.
void Driver::connect(Sink& sink) {
  sink_ = &sink;
  std::random_device random;
  name_ = std::to_string(random()) + '-' + std::to_string(random());
  const auto path = folder_ / name_, hidden = folder_ / ('.' + name_);
  if (!own_.emplace().bind(hidden) || ::rename(hidden.c_str(), path.c_str()) != 0)
    fail("bind a socket");
  sink.connected();
}

void Driver::disconnect() noexcept {
  if (own_) cast_out(name_);
  own_.reset();
  peers_.clear();
  missing_.clear();
}

// One look serves all: whoever subscribes from now on need not get what was published before.
std::size_t Driver::send(std::span<const Outgoing* const> messages) {
  if (!missing_.empty()) return 0;
  look();
  std::size_t taken = 0;
  while (taken < messages.size() && missing_.empty() && peers_.contains(name_)) {
    const auto& message = *messages[taken++];
    datagram_ = message.topic + '\n' + message.payload;
    for (const auto& peer : peers_) missing_.push_back(peer.first);
    since_ = std::chrono::steady_clock::now();
    deliver();
  }
  return taken;
}

void Driver::look() {
  std::set<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator file(folder_, error), end; !error && file != end;
       file.increment(error))
    if (auto name = file->path().filename().string(); name[0] != '.') names.insert(name);
  std::erase_if(peers_, [&](const auto& peer) { return !names.contains(peer.first); });
  for (const auto& name : names) {
    if (peers_.contains(name)) continue;
    if (Socket peer; peer.connect(folder_ / name))
      peers_.emplace(name, std::move(peer));
    else if (errno == ECONNREFUSED)
      cast_out(name);
    else if (errno != ENOENT)
      fail("send to " + name);
  }
}

void Driver::cast_out(const std::string& name) noexcept {
  ::unlink((folder_ / name).c_str());
  peers_.erase(name);
}

// Whoever is full gets this message from poll(), and holds up the next: nobody gets one twice.
void Driver::deliver() {
  std::erase_if(missing_, [&](const auto& name) {
    const auto peer = peers_.find(name);
    if (peer == peers_.end()) return true;
    if (::send(peer->second.fd(), datagram_.data(), datagram_.size(), 0) >= 0) return true;
    if (errno != ECONNREFUSED && errno != ENOTCONN) return false;
    cast_out(name);
    return true;
  });
  if (missing_.empty()) sink_->accepted(1);
}

void Driver::poll(Milliseconds longest) {
  std::vector<pollfd> ready{{woken_.fd(), POLLIN, 0}};
  if (own_) ready.push_back({own_->fd(), POLLIN, 0});
  for (const auto& name : missing_) ready.push_back({peers_.at(name).fd(), POLLOUT, 0});
  ::poll(ready.data(), ready.size(),
         static_cast<int>(std::min(longest, Milliseconds{1'000}).count()));
  eventfd_t times = 0;
  ::eventfd_read(woken_.fd(), &times);
  if (!own_) return;
  receive();
  if (::access((folder_ / name_).c_str(), F_OK) != 0) fail("be found");
  if (std::chrono::steady_clock::now() - since_ > patience)
    for (const auto& name : missing_) cast_out(name);
  if (!missing_.empty()) deliver();
}

// At most so many: sending has its turn even while others send as fast as this reads.
void Driver::receive() {
  for (int turn = 0; turn < 100; ++turn) {
    received_.resize(capabilities().max_payload + 512);
    const auto size = ::recv(own_->fd(), received_.data(), received_.size(), 0);
    if (size < 0) return;
    const auto all = std::string_view(received_).substr(0, static_cast<std::size_t>(size));
    const auto end = all.find('\n');
    if (end != all.npos) sink_->received(all.substr(0, end), all.substr(end + 1));
  }
}

void Driver::fail(const std::string& what) const {
  throw Error(ErrorCode::unreachable, "cannot " + what + " in " + address() + " (" +
                                          std::generic_category().message(errno) +
                                          "); is the folder there?");
}

}  // namespace tubes::toy
