#include <utility>

#include <tubes/bus/engine.hpp>
#include <tubes/transports/memory/drivers.hpp>
#include <tubes/transports/memory/memory.hpp>

namespace tubes::memory {
namespace {

Backend& backend_of(std::string_view name, const std::shared_ptr<Hub>& hub) {
  if (hub && hub->backend() != nullptr) return *hub->backend();
  throw Error(ErrorCode::unsupported,
              "no memory://" + std::string(name) +
                  " is open that can break; open it with ?profile=redis or ?profile=zmq");
}

}  // namespace

void check(const Url& url) {
  url.require_parameters_among({"dispatch", "limit", "profile", "seed", "faults"});
  if (url.host.empty() || url.port || !url.path.empty())
    throw Error(ErrorCode::invalid_url,
                "memory:// wants a name and nothing more, as in memory://test");
  (void)Settings::of(url);
}

std::unique_ptr<Bus> open(const Url& url, const BusOptions& options) {
  check(url);
  const auto hub = hub_named(url.host, Settings::of(url), options.clock);
  auto with_clock = options;
  // Those that share a thread share the time; a bus with threads of its own may have its own.
  if (hub->dispatcher() || options.clock == nullptr) with_clock.clock = &hub->clock();
  Wiring wiring{
      .inline_io = true, .dispatcher = hub->dispatcher(), .back_pressure = hub->back_pressure()};
  if (hub->backend() == nullptr)
    return make_bus(make_ideal_driver(url.host, hub), with_clock, wiring);
  wiring.inline_io = hub->settings().inline_dispatch;
  wiring.seed = hub->backend()->draw();
  return make_bus(make_profile_driver(hub), with_clock, wiring);
}

std::size_t run_until_idle(std::string_view name, std::size_t most) {
  const auto hub = find_hub(std::string(name));
  return hub && hub->dispatcher() ? hub->run_until_idle(most) : 0;
}

void disconnect(std::string_view name) {
  const auto hub = find_hub(std::string(name));
  backend_of(name, hub).break_all();
}

void restart(std::string_view name) {
  const auto hub = find_hub(std::string(name));
  backend_of(name, hub).restart();
}

void stop(std::string_view name) {
  const auto hub = find_hub(std::string(name));
  backend_of(name, hub).stop();
}

void start(std::string_view name) {
  const auto hub = find_hub(std::string(name));
  backend_of(name, hub).start();
}

}  // namespace tubes::memory
