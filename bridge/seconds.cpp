#include <cmath>
#include <string>

#include <tubes/bridge/seconds.hpp>

namespace tubes::bridge {
namespace {

std::string found(const config::Json& json) {
  return json.is_number() ? json.dump() : config::kind_of(json);
}

}  // namespace

std::chrono::seconds read_seconds(config::StrictObject& object, const char* key,
                                  std::chrono::seconds otherwise, std::chrono::seconds most) {
  const auto* const json = object.value(key);
  if (json == nullptr) return otherwise;
  const auto number = json->is_number() ? json->get<double>() : -1;
  if (number < 0 || number > static_cast<double>(most.count()) || number != std::floor(number)) {
    object.at(key).refuse("expected whole seconds, 0 to " + std::to_string(most.count()) +
                          ", found " + found(*json));
  }
  return std::chrono::seconds{static_cast<std::chrono::seconds::rep>(number)};
}

}  // namespace tubes::bridge
