#include <algorithm>
#include <string_view>

#include <tubes/clients/services/announcer.hpp>

namespace tubes::services {
namespace {

/// As RFC 2812 1.3 has it; which of them a network takes it alone knows.
bool looks_like_channel(std::string_view name) {
  const auto is_no_part = [](unsigned char c) { return c <= ' ' || c == ',' || c == 0x7F; };
  return name.size() > 1 && std::string_view{"#&+!"}.find(name.front()) != name.npos &&
         std::ranges::none_of(name, is_no_part);
}

std::vector<std::string> read_channels(config::StrictObject& options) {
  auto channels = options.strings("channels");
  for (std::size_t i = 0; i < channels.size(); ++i)
    if (!looks_like_channel(channels[i]))
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
