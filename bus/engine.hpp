#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <tubes/bus/bus.hpp>
#include <tubes/bus/driver.hpp>

namespace tubes {

class BackPressure;
class Dispatcher;

/// How the engine runs a driver; the default suits every driver that talks to a network.
struct Wiring {
  /// The driver never waits: it is used on the thread that calls the bus or moves its clock,
  /// without an I/O thread.
  bool inline_io = false;
  /// Shared by several buses, which then run their handlers in one order; none: the bus makes a
  /// dispatch thread of its own.
  std::shared_ptr<Dispatcher> dispatcher = {};
  /// Shared by the buses whose senders wait for each other's slow receivers; none: no inbox blocks.
  std::shared_ptr<BackPressure> back_pressure = {};
  /// What the pauses between attempts to connect are drawn from; none: something random.
  std::optional<std::uint64_t> seed = {};
};

/// The bus over `driver`: everything that is alike for all transports.
std::unique_ptr<Bus> make_bus(std::unique_ptr<Driver> driver, const BusOptions& options,
                              const Wiring& wiring = {});

}  // namespace tubes
