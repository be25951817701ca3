#include <algorithm>

#include <tubes/transports/redis/session.hpp>

namespace tubes::redis {
namespace {

// After a reply hiredis moves the rest of its buffer to the front: a small rest is moved cheaply.
constexpr std::size_t kSlice = 16 << 10;

constexpr std::size_t kLongestWord = 4 << 10;  // bytes; more than Redis's own words and a topic

}  // namespace

Session::Session(const Settings& settings)
    : settings_(settings), reader_(std::max(settings.max_payload, kLongestWord)) {}

void Session::feed(std::string_view bytes) try {
  silent_beats_ = 0;
  while (!bytes.empty()) {
    reader_.feed(bytes.substr(0, kSlice));
    bytes.remove_prefix(std::min(kSlice, bytes.size()));
    take_all();
  }
  taken();
} catch (const Error&) {
  taken();  // what was answered before the fault
  throw;
}

void Session::take_all() {
  const auto next = [this] {
    try {
      return reader_.next();
    } catch (const std::runtime_error& malformed) {
      refuse_reply(malformed.what());
    }
  };
  while (const Reply* reply = next()) {
    if (!handshake_.begun()) refuse_reply("words before any question");
    if (handshake_.done()) {
      take(*reply);
    } else {
      handshake_.take(*reply, settings_);
    }
  }
}

void Session::beat() {
  const int silent_before = silent_beats_++;
  if (silent_before == 1) ping();
  if (silent_before < 2) return;
  const auto silence = std::chrono::duration<double>(2 * settings_.heartbeat);
  throw Error(ErrorCode::unreachable, settings_.address() + " has been silent for " +
                                          std::to_string(int(silence.count())) +
                                          " s; is it overloaded, or the network cut?");
}

void Session::refuse_reply(const std::string& why) const {
  throw Error(ErrorCode::unreachable, settings_.address() + " sent what Redis does not send (" +
                                          why + "); is that address a Redis server?");
}

}  // namespace tubes::redis
