#pragma once

#include <string>
#include <vector>

#include <tubes/clients/services/service.hpp>

namespace tubes::services {

/// Where a service says what it was not asked for: its options "channels" and "network", or else
/// the channels that the bridge keeps for that under `admin_spew_channels`.
class Announcer {
 public:
  explicit Announcer(const Setting& setting)
      : bus_(setting.bus),
        irc_(setting.irc),
        log_(setting.log),
        channels_(setting.options.strings("channels")),
        network_(setting.options.string("network").value_or("")) {
    if (channels_.empty() && !network_.empty())
      setting.options.missing("channels", "the channels of that network");
  }

  void say(const std::string& text) {
    if (channels_.empty()) return say_to_admins(text);
    for (const auto& channel : channels_) irc_.say(channel, text, network_);
  }

 private:
  void say_to_admins(const std::string& text) {
    const auto channels = bus_.get("admin_spew_channels");
    if (channels && !channels->empty()) return irc_.say(*channels, text, network_);
    log_("nobody to tell \"" + text +
         "\": no \"channels\" are configured, and the bridge has no admin_spew_channels");
  }

  Bus& bus_;
  Client& irc_;
  const std::function<void(const std::string&)> log_;
  const std::vector<std::string> channels_;
  const std::string network_;
};

}  // namespace tubes::services
