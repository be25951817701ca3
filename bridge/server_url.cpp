#include <optional>

#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/server_url.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/bus/url.hpp>

namespace tubes::bridge {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorCode::invalid_url,
              why + "; expected ircs://host[:port][/#channel,#channel], or irc:// without TLS");
}

/// What RFC 3986 would take for a fragment is the path here.
std::string with_escaped_hashes(std::string_view text) {
  std::string escaped;
  for (const char c : text) c == '#' ? escaped += "%23" : escaped += c;
  return escaped;
}

Url parse_url(std::string_view text) {
  try {
    return Url::parse(with_escaped_hashes(text));
  } catch (const Error&) {
    refuse("this is no server URL");
  }
}

std::vector<std::string> channels_of(std::string_view path) {
  std::vector<std::string> channels;
  while (!path.empty()) {
    const auto name = path.substr(0, path.find(','));
    if (!irc::Isupport{}.is_channel(name)) {
      refuse("\"" + std::string{name} + "\" in the path is no channel");
    }
    channels.emplace_back(name);
    path.remove_prefix(name.size());
    if (path.starts_with(',')) path.remove_prefix(1);
  }
  return channels;
}

}  // namespace

ServerUrl ServerUrl::parse(std::string_view text) {
  const Url url = parse_url(text);
  if (url.scheme != "irc" && url.scheme != "ircs") refuse("unknown scheme " + url.scheme);
  if (url.host.empty()) refuse("the host is missing");
  if (!url.user.empty() || !url.password.empty()) refuse("user and password do not belong here");
  if (!url.parameters.empty()) refuse("parameters do not belong here");
  ServerUrl server;
  server.endpoint.host = url.host;
  server.endpoint.tls = url.scheme == "ircs";
  server.endpoint.port = url.port.value_or(server.endpoint.tls ? 6697 : 6667);
  std::string_view path = url.path;
  if (path.starts_with('/')) path.remove_prefix(1);
  server.channels = channels_of(path);
  return server;
}

}  // namespace tubes::bridge
