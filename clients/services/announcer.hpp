#pragma once

#include <string>
#include <vector>

#include <tubes/clients/services/service.hpp>

namespace tubes::services {

/// Where a service says what it was not asked for: its options "channels" and "network", or else
/// the channels that the bridge keeps for that under `admin_spew_channels`.
class Announcer {
 public:
  /// Throws Error{invalid_config}.
  explicit Announcer(const Setting& setting);

  /// Throws what Bus::get and Client::say do.
  void say(const std::string& text);

 private:
  void say_to_admins(const std::string& text);

  Bus& bus_;
  Client& irc_;
  const std::function<void(const std::string&)> log_;
  const std::vector<std::string> channels_;
  const std::string network_;
};

}  // namespace tubes::services
