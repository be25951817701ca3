#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/clients/services/announcer.hpp>

namespace tubes::services {
namespace {

std::vector<std::string> read_channels(config::StrictObject& options) {
  auto channels = options.strings("channels");
  for (std::size_t i = 0; i < channels.size(); ++i)
    if (!irc::Isupport{}.is_channel(channels[i]))
      options.at("channels")
          .at(std::to_string(i))
          .refuse("expected a channel such as #tubes, found \"" + channels[i] + "\"");
  return channels;
}

}  // namespace

Announcer::Announcer(const Setting& setting)
    : bus_(setting.bus),
      irc_(setting.irc),
      log_(setting.log),
      channels_(read_channels(setting.options)),
      network_(setting.options.string("network").value_or("")) {
  if (channels_.empty() && !network_.empty())
    setting.options.missing("channels", "the channels of that network");
}

void Announcer::say(const std::string& text) {
  if (channels_.empty()) return say_to_admins(text);
  for (const auto& channel : channels_) irc_.say(channel, text, network_);
}

void Announcer::say_to_admins(const std::string& text) {
  const auto channels = bus_.get("admin_spew_channels");
  if (channels && !channels->empty()) return irc_.say(*channels, text, network_);
  log_("nobody to tell \"" + text +
       "\": no \"channels\" are configured, and the bridge has no admin_spew_channels");
}

}  // namespace tubes::services
