#pragma once

#include <functional>
#include <memory>

#include <tubes/bus/driver.hpp>
#include <tubes/conformance/place.hpp>
#include <tubes/conformance/suite.hpp>

#include "hub.hpp"

namespace tubes::test {

/// What is wrong with a bus: each part that is there changes what the bus is made of.
struct Fault {
  std::function<void(BusOptions&)> options = {};
  std::function<std::unique_ptr<Driver>(std::unique_ptr<Driver>)> driver = {};
  std::function<std::unique_ptr<Bus>(std::unique_ptr<Bus>)> bus = {};
  Capabilities capabilities{.retained = true};
};

/// The buses of a case over a hub of their own, each with the fault.
class HubPlace final : public conformance::Place {
 public:
  explicit HubPlace(Fault fault = {}) : fault_(std::move(fault)) {}

  Description describe() const override;
  std::unique_ptr<Bus> open(const BusOptions& options) override;
  void kill() override { hub_->kill(); }
  void start() override { hub_->start(); }
  void freeze() override { hub_->freeze(); }

 private:
  const Fault fault_;
  const std::shared_ptr<Hub> hub_ = std::make_shared<Hub>();
};

conformance::Transport hub_with(const Fault& fault);

}  // namespace tubes::test
