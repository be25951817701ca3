#include "hub_place.hpp"

#include <tubes/bus/engine.hpp>

#include "hub_driver.hpp"

namespace tubes::test {

conformance::Place::Description HubPlace::describe() const {
  return {.can_die = true, .can_freeze = true, .address = Hub::address, .remedy = Hub::remedy};
}

std::unique_ptr<Bus> HubPlace::open(const BusOptions& options) {
  auto changed = options;
  if (fault_.options) fault_.options(changed);
  auto driver = make_hub_driver(hub_, fault_.capabilities);
  if (fault_.driver) driver = fault_.driver(std::move(driver));
  auto bus = make_bus(std::move(driver), changed);
  return fault_.bus ? fault_.bus(std::move(bus)) : std::move(bus);
}

conformance::Transport hub_with(const Fault& fault) {
  return {"hub", [fault] { return std::make_unique<HubPlace>(fault); }};
}

}  // namespace tubes::test
