#include <random>
#include <utility>

#include <spdlog/spdlog.h>

#include <tubes/bridge/publisher.hpp>

namespace tubes::bridge {

Publisher::Publisher(Bus& bus, std::string topic, WireFormat format, std::string id)
    : bus_(bus), topic_(std::move(topic)), format_(format), meta_{std::move(id), 0} {}

void Publisher::publish(const Message& message) {
  ++meta_.sequence;
  try {
    if (bus_.try_publish(topic_, encode({message, meta_, {}}, format_))) return;
    lost("the outbox is full");
  } catch (const std::exception& error) {
    lost(error.what());
  }
}

void Publisher::lost(const std::string& why) {
  --meta_.sequence;
  spdlog::warn("an event was not published on {}: {}", topic_, why);
}

std::string random_id() {
  std::random_device random;
  std::string id;
  while (id.size() < 32) id += "0123456789abcdef"[random() % 16];
  return id;
}

}  // namespace tubes::bridge
