#include <algorithm>
#include <optional>
#include <vector>

#include <tubes/bridge/bot_json.hpp>
#include <tubes/bridge/strict_object.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::bridge {
namespace {

// The original's keys stand under this name in its Redis.
constexpr const char* prefix = "zenircbot:";

constexpr std::string_view of_name =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A network's name of what the original's users called their server, which was any text.
std::string network_name(const std::string& name) {
  std::string network = name.empty() ? "irc" : name;
  for (char& c : network)
    if (of_name.find(c) == of_name.npos) c = '-';
  return network;
}

std::optional<int> port(StrictObject& object) {
  const auto number = object.positive("port");
  if (!number) return std::nullopt;
  if (*number > 65'535 || *number != static_cast<int>(*number))
    object.at("port").refuse("expected a port, 1 to 65535");
  return static_cast<int>(*number);
}

std::string redis_url(StrictObject& root) {
  std::string url = "redis://";
  auto redis = root.object("redis");
  url += redis ? redis->string("host").value_or("localhost") : "localhost";
  if (const auto at = redis ? port(*redis) : std::nullopt) url += ":" + std::to_string(*at);
  return url + "?prefix=" + prefix;
}

std::string server_url(StrictObject& server, bool tls) {
  const auto at = port(server).value_or(6667);  // node-irc's, with TLS too
  return (tls ? "ircs://" : "irc://") + server.required_string("hostname") + ":" +
         std::to_string(at);
}

Json flood(bool protected_) {
  if (protected_) return nullptr;  // the usual pace
  return {{"burst", 1000}, {"per_second", 1000}};
}

/// The network that the first server is.
Json network(StrictObject& server, StrictObject* options) {
  const auto option = [&](const char* key) {
    return options && options->boolean(key).value_or(false);
  };
  const bool tls = server.boolean("secure").value_or(false);
  const auto nick = server.required_string("nick");
  Json json{{"server", server_url(server, tls)}, {"nick", nick}};
  json["user"] = server.string("userName").value_or(nick);
  json["realname"] = server.string("realName").value_or(nick);
  json["channels"] = server.strings("channels");
  json["admin_spew_channels"] = server.strings("admin_spew_channels");
  if (tls && server.boolean("selfSigned").value_or(false)) json["tls"] = {{"insecure", true}};
  if (!server.boolean("autoRejoin").value_or(true)) json["rejoin"] = false;
  if (option("stripColors")) json["strip_formatting"] = true;
  if (const auto pace = flood(option("floodProtection")); !pace.is_null()) json["flood"] = pace;
  return json;
}

std::string plural(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// What the bridge does not do with it.
std::string left_out(const Json& servers, StrictObject& first) {
  std::string out;
  const auto leave = [&](const std::string& what) { out += (out.empty() ? "" : ", ") + what; };
  if (servers.size() > 1)
    leave(plural(servers.size() - 1, "more server") + ", as the original did");
  if (servers[0].contains("admin_nicks")) leave("admin_nicks, which are the admin service's");
  if (!first.boolean("autoConnect").value_or(true))
    leave("autoConnect: the bridge always connects");
  return out.empty() ? "" : "; left out: " + out;
}

}  // namespace

bool is_bot_json(const Json& json) {
  return json.is_object() && json.contains("servers") && !json.contains("networks");
}

BotJson understand(const std::string& file, const Json& json) {
  StrictObject root{{file, ""}, json};
  const auto& servers = json["servers"];
  if (!servers.is_array() || servers.empty())
    root.at("servers").refuse("expected a list with at least one server");
  StrictObject server{root.at("servers").at("0"), servers[0]};
  auto options = root.object("options");
  const auto name = network_name(server.string("name").value_or(""));
  const auto network_json = network(server, options ? &*options : nullptr);
  const Json config{{"bus", redis_url(root)}, {"networks", {{name, network_json}}}};
  return {config.dump(2) + "\n", "a bot.json of ZenIRCBot: network " + name + " at " +
                                     network_json["server"].get<std::string>() + " as " +
                                     network_json["nick"].get<std::string>() + ", " +
                                     plural(network_json["channels"].size(), "channel") + ", bus " +
                                     config["bus"].get<std::string>() + left_out(servers, server)};
}

BotJson load_bot_json(const std::string& file) {
  const Json json = parse_json(file, read_file(file));
  if (!is_bot_json(json))
    Place{file, ""}.refuse("this is no bot.json of ZenIRCBot, which has a list \"servers\"");
  return understand(file, json);
}

}  // namespace tubes::bridge
