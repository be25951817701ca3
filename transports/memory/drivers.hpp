#pragma once

#include <memory>
#include <string>

#include <tubes/bus/driver.hpp>
#include <tubes/transports/memory/backend.hpp>
#include <tubes/transports/memory/hub.hpp>

namespace tubes::memory {

/// A hub that is always there, and answers every call before it returns.
std::unique_ptr<Driver> make_ideal_driver(std::string name, std::shared_ptr<Hub> hub);

/// A connection to the hub's simulated backend.
std::unique_ptr<Driver> make_profile_driver(std::shared_ptr<Hub> hub);

}  // namespace tubes::memory
