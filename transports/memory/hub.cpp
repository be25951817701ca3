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

/// A clock of the hub's own lives as long as whoever keeps its time by it.
struct Stage {
  VirtualClock clock;
  Dispatcher dispatcher;
  explicit Stage(std::size_t deepest) : dispatcher(clock, Dispatcher::Mode::caller, deepest) {}
};

void require_same(const Hub& hub, const std::string& name, const Settings& settings,
                  const Clock* clock) {
  if (const auto other = hub.settings().difference(settings); !other.empty())
    throw Error(ErrorCode::invalid_url, "memory://" + name + " is open with ?" + other +
                                            "; open it the same way, or take another name");
  const bool takes_any = settings.profile != nullptr && clock == nullptr;
  const auto& wanted = clock != nullptr ? *clock : Clock::system();
  if (settings.inline_dispatch && !takes_any && &hub.clock() != &wanted)
    throw Error(ErrorCode::invalid_url,
                "memory://" + name +
                    " is open with another clock; give all its buses the same BusOptions::clock");
}

void require_clock_by_hand(const std::string& name, const Clock& clock) {
  if (!clock.moves_by_hand())
    throw Error(ErrorCode::invalid_url,
                "memory://" + name +
                    " has a profile and no thread to keep time: give its buses a VirtualClock or "
                    "no clock, or open it with ?dispatch=thread");
}

}  // namespace

Hub::Hub(const std::string& name, const Settings& settings, Clock* clock)
    : settings_(settings), clock_(clock != nullptr ? clock : &Clock::system()) {
  if (settings.profile != nullptr && settings.inline_dispatch && clock == nullptr) {
    const auto stage = std::make_shared<Stage>(settings.deepest);
    clock_ = &stage->clock;
    dispatcher_ = {stage, &stage->dispatcher};
  } else if (settings.inline_dispatch) {
    if (settings.profile != nullptr) require_clock_by_hand(name, *clock_);
    dispatcher_ = std::make_shared<Dispatcher>(*clock_, Dispatcher::Mode::caller, settings.deepest);
  }
  if (settings.profile == nullptr && !settings.inline_dispatch)
    back_pressure_ = std::make_shared<BackPressure>();
  if (settings.profile != nullptr)
    backend_ =
        std::make_unique<Backend>(name, *settings.profile, *clock_, settings.seed, settings.faults);
}

std::size_t Hub::run_until_idle(std::size_t most) {
  auto turns = dispatcher_->run(most);
  while (backend_ && backend_->busy()) {
    if (turns++ >= most)
      throw Error(ErrorCode::livelock, "something is on the way still after " +
                                           std::to_string(most) +
                                           " turns: do two bots answer each other?");
    clock_->pass(clock_->now() + std::chrono::hours(1));
  }
  return turns;
}

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

std::shared_ptr<Hub> hub_named(const std::string& name, const Settings& settings, Clock* clock) {
  auto& all = names();
  std::lock_guard lock(all.mutex);
  std::erase_if(all.hubs, [](const auto& entry) { return entry.second.expired(); });
  if (const auto hub = all.hubs[name].lock()) {
    require_same(*hub, name, settings, clock);
    return hub;
  }
  auto hub = std::make_shared<Hub>(name, settings, clock);
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
