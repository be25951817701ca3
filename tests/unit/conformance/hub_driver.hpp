#pragma once

#include <memory>

#include <tubes/bus/driver.hpp>

#include "hub.hpp"

namespace tubes::test {

/// A connection to the hub. `capabilities` are what it declares; the hub itself can do it all.
std::unique_ptr<Driver> make_hub_driver(std::shared_ptr<Hub> hub, Capabilities capabilities);

}  // namespace tubes::test
