#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/irc_values.hpp>

namespace tubes::bridge {

std::string read_nick(config::StrictObject& network) {
  auto nick = network.required_string("nick");
  if (!irc::Isupport{}.is_nick(nick))
    network.at("nick").refuse("expected a nick of letters, digits and -_[]\\`^{}|, found \"" +
                              nick + "\"");
  return nick;
}

std::vector<std::string> read_channels(config::StrictObject& network, const char* key, bool keys) {
  auto channels = network.strings(key);
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const auto space = channels[i].find(' ');
    const auto name = channels[i].substr(0, space);
    const auto place = network.at(key).at(std::to_string(i));
    // What follows the space may be a key, which is not shown.
    if (name.find(',') != name.npos)
      place.refuse("expected one channel per entry, found \"" + name + "\"");
    if (!irc::Isupport{}.is_channel(name))
      place.refuse("expected a channel such as #tubes, found \"" + name + "\"");
    if (!keys && space != name.npos)
      place.refuse("expected a channel alone, found " + name +
                   " with a key, which goes under \"channels\"");
  }
  return channels;
}

}  // namespace tubes::bridge
