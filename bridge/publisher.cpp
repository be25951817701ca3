#include <utility>

#include <spdlog/spdlog.h>

#include <tubes/bridge/publisher.hpp>

namespace tubes::bridge {

Publisher::Publisher(Bus& bus, std::string topic, WireFormat format)
    : bus_(bus), topic_(std::move(topic)), format_(format) {}

void Publisher::publish(const Message& message) {
  const auto numbered = [&](std::uint64_t number) {
    return encode({message, {bus_.id(), number}, {}}, format_);
  };
  try {
    if (!bus_.try_publish_numbered(topic_, numbered)) lost("the outbox is full");
  } catch (const std::exception& error) {
    lost(error.what());
  }
}

void Publisher::lost(const std::string& why) const {
  spdlog::warn("an event was not published on {}: {}", topic_, why);
}

}  // namespace tubes::bridge
