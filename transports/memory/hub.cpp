#include <algorithm>

#include <tubes/transports/memory/hub.hpp>

namespace tubes::memory {
namespace {

/// Names are known in the whole process, as hosts are in a network; hubs belong to their buses.
struct Names {
  std::mutex mutex;
  std::map<std::string, std::weak_ptr<Hub>> hubs;
};

Names& names() {
  static Names all;
  return all;
}

void require_same(const Hub& hub, const std::string& name, bool inline_dispatch,
                  std::size_t deepest, Clock& clock) {
  const bool hub_is_inline = hub.dispatcher() != nullptr;
  if (hub_is_inline != inline_dispatch)
    throw Error(ErrorCode::invalid_url, "memory://" + name + " is open with ?dispatch=" +
                                            (hub_is_inline ? "inline" : "thread") +
                                            "; open it the same way, or take another name");
  if (hub_is_inline && &hub.dispatcher()->clock() != &clock)
    throw Error(ErrorCode::invalid_url,
                "memory://" + name +
                    " is open with another clock; give all its buses the same BusOptions::clock");
  if (hub_is_inline && hub.dispatcher()->deepest() != deepest)
    throw Error(ErrorCode::invalid_url, "memory://" + name + " is open with ?limit=" +
                                            std::to_string(hub.dispatcher()->deepest()) +
                                            "; open it with the same, or take another name");
}

}  // namespace

void Hub::attach(Sink& sink) {
  std::lock_guard lock(mutex_);
  sinks_.push_back(&sink);
}

void Hub::detach(Sink& sink) noexcept {
  std::lock_guard lock(mutex_);
  std::erase(sinks_, &sink);
}

void Hub::publish(std::string_view topic, std::string_view payload) {
  std::lock_guard lock(mutex_);
  for (auto* sink : sinks_) sink->received(topic, payload);
}

void Hub::put(const std::string& key, const std::string& value) {
  std::lock_guard lock(mutex_);
  retained_[key] = value;
}

std::optional<std::string> Hub::get(const std::string& key) const {
  std::lock_guard lock(mutex_);
  const auto found = retained_.find(key);
  if (found == retained_.end()) return std::nullopt;
  return found->second;
}

void Hub::remove(const std::string& key) {
  std::lock_guard lock(mutex_);
  retained_.erase(key);
}

std::shared_ptr<Hub> hub_named(const std::string& name, bool inline_dispatch, std::size_t deepest,
                               Clock& clock) {
  auto& all = names();
  std::lock_guard lock(all.mutex);
  std::erase_if(all.hubs, [](const auto& entry) { return entry.second.expired(); });
  if (const auto hub = all.hubs[name].lock()) {
    require_same(*hub, name, inline_dispatch, deepest, clock);
    return hub;
  }
  auto dispatcher = inline_dispatch
                        ? std::make_shared<Dispatcher>(clock, Dispatcher::Mode::caller, deepest)
                        : nullptr;
  auto hub = std::make_shared<Hub>(std::move(dispatcher));
  all.hubs[name] = hub;
  return hub;
}

std::shared_ptr<Hub> find_hub(const std::string& name) {
  auto& all = names();
  std::lock_guard lock(all.mutex);
  const auto found = all.hubs.find(name);
  return found == all.hubs.end() ? nullptr : found->second.lock();
}

}  // namespace tubes::memory
