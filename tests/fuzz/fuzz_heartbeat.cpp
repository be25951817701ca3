#include <tubes/bus/heartbeat.hpp>
#include <tubes/bus/topic.hpp>

#include "fuzz.hpp"

// What anybody may publish on "$heartbeat".
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tubes;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto heartbeat = parse_heartbeat(text);
  if (!heartbeat) return 0;
  fuzz::require(heartbeat->publisher.size() <= Heartbeat::longest_publisher, "names are bounded");
  for (const auto& [topic, number] : heartbeat->last)
    fuzz::require(is_topic(topic), "numbers are of topics", topic);
  const auto written = to_text(*heartbeat);
  fuzz::require(parse_heartbeat(written) == heartbeat, "what is written is read again", written);
  return 0;
}
