#include "peer.hpp"

#include <algorithm>
#include <stdexcept>

namespace tubes::zeromq::testing {
namespace {

constexpr std::chrono::seconds longest{10};
using Clock = std::chrono::steady_clock;

}  // namespace

Peer::Peer(const Url& url, const BusOptions& options) : driver_(make_driver(url, options)) {}

void Peer::connect() {
  is_connected = false;
  driver_->connect(*this);
  poll_until([this] { return is_connected; });
}

void Peer::subscribe(const std::string& filter) {
  driver_->subscribe(Filter(filter));
  poll_until([&] { return std::ranges::count(live, filter) > 0; });
}

void Peer::send(const std::string& topic, const std::string& payload) {
  const Outgoing message{topic, payload};
  const Outgoing* const batch[] = {&message};
  poll_until([&] { return driver_->send(batch) == 1; });
}

std::optional<std::string> Peer::call(RetainedCall::Kind kind, const std::string& key,
                                      const std::string& value) {
  const auto id = ++last_id_;
  driver_->call({id, kind, key, value});
  poll_until([&] { return answers_.contains(id) || failures_.contains(id); });
  if (const auto failure = failures_.find(id); failure != failures_.end()) throw failure->second;
  return answers_.at(id);
}

void Peer::poll_until(const std::function<bool()>& done) {
  const auto deadline = Clock::now() + longest;
  while (!done()) {
    if (Clock::now() > deadline) throw std::runtime_error("nothing came within ten seconds");
    driver_->poll(Milliseconds{100});
  }
}

Error Peer::poll_until_it_throws() {
  const auto deadline = Clock::now() + longest;
  while (Clock::now() < deadline) try {
      driver_->poll(Milliseconds{100});
    } catch (const Error& error) {
      return error;
    }
  throw std::runtime_error("poll() did not throw within ten seconds");
}

void Peer::accepted(std::size_t count) {
  confirmed += count;
  log.push_back("accepted " + std::to_string(count));
}

void Peer::rejected(std::string_view why) {
  log.push_back("rejected " + std::string(why));
}

}  // namespace tubes::zeromq::testing
