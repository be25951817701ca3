#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tubes/bus/client.hpp>
#include <tubes/config/strict_object.hpp>

namespace tubes::services {

/// What a service is made of.
struct Setting {
  Bus& bus;
  Client& irc;
  config::StrictObject& options;  ///< its part of the configuration; only while it is made
  std::function<void(const std::string&)> log;  ///< what went wrong; any thread
};

/// A bot that works from now on, until its bus is closed; destroy it after that, and before its
/// client. What it cannot use is told to the log, and never an end.
class Service {
 public:
  virtual ~Service() = default;
};

// Each throws Error{invalid_config} with the place, and what Client::on throws.
std::unique_ptr<Service> make_admin(const Setting&);
std::unique_ptr<Service> make_github(const Setting&);
std::unique_ptr<Service> make_log(const Setting&);
std::unique_ptr<Service> make_release(const Setting&);
std::unique_ptr<Service> make_reply(const Setting&);
std::unique_ptr<Service> make_semantics(const Setting&);
std::unique_ptr<Service> make_ticket(const Setting&);
std::unique_ptr<Service> make_webhooks(const Setting&);

/// The names of all, in alphabetical order.
std::vector<std::string_view> names();
/// The one of this name; options that it does not know are refused, and the bus is then closed.
/// Throws invalid_argument for an unknown name.
std::unique_ptr<Service> make(std::string_view name, const Setting& setting);

}  // namespace tubes::services
