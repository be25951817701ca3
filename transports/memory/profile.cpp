#include <array>
#include <chrono>
#include <limits>

#include <tubes/bus/error.hpp>
#include <tubes/transports/memory/profile.hpp>

namespace tubes::memory {
namespace {

using namespace std::chrono_literals;

constexpr auto no_limit = std::numeric_limits<std::size_t>::max();

// A subscription takes longer to be live than a question and its answer take: on a real network
// that happens, and here always, so that a bot that counts on its luck is found out.
// Limits and times to notice are those of docs/TRANSPORTS.md; 32 MiB is what Redis grants a
// subscriber before it closes the connection (client-output-buffer-limit pubsub).
constexpr std::array profiles{
    Profile{.name = "redis",
            .connects = {1ms, 20ms},
            .subscribes = {20ms, 80ms},
            .sends = {100us, 4ms},
            .delivers = {100us, 4ms},
            .answers = {100us, 6ms},
            .restarts = {100ms, 2s},
            .silence = {1s, 15s},
            .restart_share = 200,
            .silence_share = 200,
            .keeps_retained = true,
            .queue_messages = no_limit,
            .queue_bytes = 32 << 20,
            .cuts_off_slow = true},
    Profile{.name = "zmq",
            .connects = {1ms, 50ms},
            .subscribes = {20ms, 150ms},
            .sends = {100us, 4ms},
            .delivers = {100us, 4ms},
            .answers = {100us, 6ms},
            .restarts = {100ms, 2s},
            .silence = {1s, 7s},
            .restart_share = 200,
            .silence_share = 200,
            .keeps_retained = false,
            .queue_messages = 100'000,
            .queue_bytes = no_limit,
            .cuts_off_slow = false},
};

}  // namespace

const Profile* profile_named(std::string_view name) {
  if (name == "ideal") return nullptr;
  std::string known = "ideal";
  for (const auto& profile : profiles) {
    if (profile.name == name) return &profile;
    known.append(", ").append(profile.name);
  }
  throw Error(ErrorCode::invalid_url, "memory:// has no profile \"" + std::string(name) +
                                          "\" in ?profile=; known are: " + known);
}

}  // namespace tubes::memory
