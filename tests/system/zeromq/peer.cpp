#include "peer.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include <tubes/transports/zeromq/zeromq.hpp>

namespace tubes::test {
namespace {

constexpr std::chrono::seconds longest{10};
using Steady = std::chrono::steady_clock;

}  // namespace

Peer::Peer(const Url& url, const BusOptions& options)
    : driver_(zeromq::make_driver(url, options)) {}

void Peer::connect() {
  heard.is_connected = false;
  driver_->connect(heard);
  poll_until([this] { return heard.is_connected; });
}

void Peer::subscribe(const std::string& filter) {
  driver_->subscribe(Filter(filter));
  poll_until([&] { return std::ranges::count(heard.live, filter) > 0; });
}

void Peer::send(const std::string& topic, const std::string& payload) {
  const Outgoing message{topic, payload};
  const Outgoing* const batch[] = {&message};
  poll_until([&] { return driver_->send(batch) == 1; });
}

std::string Peer::call(RetainedCall::Kind kind, const std::string& key, const std::string& value) {
  const auto id = ++last_id_;
  const auto start = std::to_string(id) + " ";
  const auto is_answer = [&](const std::string& line) { return line.starts_with(start); };
  driver_->call({id, kind, key, value});
  poll_until([&] { return std::ranges::any_of(heard.answers, is_answer); });
  return std::ranges::find_if(heard.answers, is_answer)->substr(start.size());
}

void Peer::poll_until(const std::function<bool()>& done) {
  const auto deadline = Steady::now() + longest;
  while (!done()) {
    if (Steady::now() > deadline) throw std::runtime_error("nothing came within ten seconds");
    driver_->poll(Milliseconds{100});
  }
}

Error Peer::poll_until_it_throws() {
  const auto deadline = Steady::now() + longest;
  while (Steady::now() < deadline) try {
      driver_->poll(Milliseconds{100});
    } catch (const Error& error) {
      return error;
    }
  throw std::runtime_error("poll() did not throw within ten seconds");
}

}  // namespace tubes::test
