#include <algorithm>
#include <random>

#include <tubes/bus/engine/bounds.hpp>
#include <tubes/bus/peer_stats.hpp>

namespace tubes {

Milliseconds bounded(Milliseconds duration) {
  constexpr Milliseconds longest = std::chrono::hours(24 * 365 * 100);
  return std::clamp(duration, Milliseconds::zero(), longest);
}

BusOptions bounded(BusOptions options, const Capabilities& capabilities) {
  if (capabilities.max_payload > 0)
    options.max_payload = std::min(options.max_payload, capabilities.max_payload);
  for (auto* duration : {&options.outbox_age, &options.publish_timeout, &options.ready_timeout,
                         &options.connect_timeout, &options.backoff_first, &options.backoff_longest,
                         &options.heartbeat})
    *duration = bounded(*duration);
  options.name = options.name.empty() ? program_name() : plain_name(options.name);
  return options;
}

Deadline deadline_in(Milliseconds timeout) {
  return std::chrono::steady_clock::now() + bounded(timeout);
}

std::string random_id() {
  std::random_device random;
  std::string id;
  for (int i = 0; i < 4; ++i) {
    const auto word = random();
    for (int shift = 28; shift >= 0; shift -= 4) id += "0123456789abcdef"[(word >> shift) & 15];
  }
  return id;
}

}  // namespace tubes
