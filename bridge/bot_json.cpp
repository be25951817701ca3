#include <algorithm>
#include <optional>

#include <tubes/bridge/bot_json.hpp>
#include <tubes/bridge/irc_values.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/config/strict_object.hpp>

namespace tubes::bridge {
namespace {

using config::Json;
using config::StrictObject;

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
    object.at("port").refuse("expected a port, 1 to 65535, found " + Json(*number).dump());
  return static_cast<int>(*number);
}

/// Its database is that of the keys, which were in 0 whatever it said.
std::string redis_url(std::optional<StrictObject>& redis) {
  std::string url = "redis://";
  url += redis ? redis->string("host").value_or("localhost") : "localhost";
  if (const auto at = redis ? port(*redis) : std::nullopt) url += ":" + std::to_string(*at);
  if (redis) (void)redis->has("db");
  return url + "?prefix=" + prefix;
}

std::string server_url(StrictObject& server, bool tls) {
  const auto at = port(server).value_or(6667);  // node-irc's, with TLS too
  return (tls ? "ircs://" : "irc://") + server.required_string("hostname") + ":" +
         std::to_string(at);
}

bool option(std::optional<StrictObject>& options, const char* key) {
  return options && options->boolean(key).value_or(false);
}

/// The network that the first server is.
Json network(StrictObject& server, std::optional<StrictObject>& options) {
  const bool tls = server.boolean("secure").value_or(false);
  const auto url = server_url(server, tls);
  const auto nick = read_nick(server);
  Json json{{"server", url}, {"nick", nick}};
  json["user"] = server.string("userName").value_or(nick);
  json["realname"] = server.string("realName").value_or(nick);
  if (const auto password = server.string("password")) json["password"] = *password;
  json["channels"] = read_channels(server, "channels", true);
  json["admin_spew_channels"] = read_channels(server, "admin_spew_channels", false);
  const bool self_signed = server.boolean("selfSigned").value_or(false);
  if (tls && self_signed) json["tls"] = {{"insecure", true}};
  if (!server.boolean("autoRejoin").value_or(true)) json["rejoin"] = false;
  if (option(options, "stripColors")) json["strip_formatting"] = true;
  if (!option(options, "floodProtection")) json["flood"] = {{"burst", 1000}, {"per_second", 1000}};
  return json;
}

std::string plural(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

/// What the bridge does not do, and what it does not know.
class LeftOut {
 public:
  void add(const std::string& what) { text_ += (text_.empty() ? "; left out: " : ", ") + what; }
  void add_unknown(const StrictObject& object) {
    for (const auto& key : object.unknown()) add(object.at(key).path + ", which is not known");
  }
  const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// Of what it reads for itself; that of the network and of the bus has been read before.
std::string left_out(std::size_t servers, const StrictObject& root, StrictObject& server,
                     std::optional<StrictObject>& options, std::optional<StrictObject>& redis) {
  LeftOut left_out;
  if (servers > 1) left_out.add(plural(servers - 1, "more server") + ", as the original did");
  if (server.has("admin_nicks")) left_out.add("admin_nicks, which are the admin service's");
  if (!server.boolean("autoConnect").value_or(true))
    left_out.add("autoConnect: the bridge always connects");
  (void)option(options, "debug");
  left_out.add_unknown(root);
  left_out.add_unknown(server);
  for (const auto* object : {&options, &redis})
    if (*object) left_out.add_unknown(**object);
  return left_out.text();
}

}  // namespace

bool is_bot_json(const Json& json) {
  return json.is_object() && json.contains("servers") && !json.contains("networks");
}

BotJson understand(const std::string& file, const Json& json) {
  StrictObject root{{file, ""}, json};
  const auto& servers = json["servers"];
  (void)root.has("servers");
  if (!servers.is_array() || servers.empty())
    root.at("servers").refuse("expected a list with at least one server");
  StrictObject server{root.at("servers").at("0"), servers[0]};
  auto options = root.object("options");
  auto redis = root.object("redis");
  const auto name = network_name(server.string("name").value_or(""));
  const auto bus = redis_url(redis);
  const auto json_of_network = network(server, options);
  const Json config{{"bus", bus}, {"networks", {{name, json_of_network}}}};
  return {config.dump(2) + "\n", "a bot.json of ZenIRCBot: network " + name + " at " +
                                     json_of_network["server"].get<std::string>() + " as " +
                                     json_of_network["nick"].get<std::string>() + ", " +
                                     plural(json_of_network["channels"].size(), "channel") +
                                     ", bus " + bus +
                                     left_out(servers.size(), root, server, options, redis)};
}

BotJson load_bot_json(const std::string& file) {
  const Json json = config::parse_json(file, config::read_file(file));
  if (!is_bot_json(json))
    config::Place{file, ""}.refuse(
        "this is no bot.json of ZenIRCBot, which has a list \"servers\"");
  return understand(file, json);
}

}  // namespace tubes::bridge
