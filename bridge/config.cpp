#include <chrono>
#include <cmath>
#include <filesystem>
#include <sstream>
#include <system_error>

#include <tubes/bridge/bot_json.hpp>
#include <tubes/bridge/config.hpp>
#include <tubes/bridge/irc_values.hpp>
#include <tubes/bridge/login_config.hpp>
#include <tubes/bridge/receiving_config.hpp>
#include <tubes/bridge/seconds.hpp>
#include <tubes/bridge/server_values.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/bus/topic.hpp>
#include <tubes/config/bus_section.hpp>
#include <tubes/config/secret.hpp>
#include <tubes/config/strict_object.hpp>

namespace tubes::bridge {
namespace {

using config::Json;
using config::parse_json;
using config::Place;
using config::placed;
using config::StrictObject;

/// That a configuration can ask for.
constexpr std::chrono::seconds longest_time = std::chrono::days{1};

bool is_name(std::string_view text) {
  return is_topic(text) && text.find('.') == text.npos;
}

void require_between(const Place& place, double value, double least, double most) {
  if (value >= least && value <= most) return;
  std::ostringstream why;
  why << "expected a number from " << least << " to " << most << ", found " << value;
  place.refuse(why.str());
}

irc::FloodOptions read_flood(StrictObject& network) {
  irc::FloodOptions options;
  auto flood = network.object("flood");
  if (!flood) return options;
  options.burst = flood->positive("burst").value_or(options.burst);
  options.per_second = flood->positive("per_second").value_or(options.per_second);
  require_between(flood->at("burst"), options.burst, 1, 1000);
  require_between(flood->at("per_second"), options.per_second, 0.001, 1000);
  flood->finish();
  return options;
}

/// As read_seconds(), and not 0.
std::chrono::seconds read_pause(StrictObject& object, const char* key,
                                std::chrono::seconds otherwise) {
  const auto time = read_seconds(object, key, otherwise, longest_time);
  if (time == time.zero()) object.at(key).refuse("expected a second at least, found 0");
  return time;
}

std::size_t read_messages(StrictObject& waiting, std::size_t otherwise) {
  constexpr double most = 100000;
  const auto number = waiting.positive("messages").value_or(double(otherwise));
  if (number > most || number != std::floor(number)) {
    waiting.at("messages")
        .refuse("expected a whole number from 1 to 100000, found " +
                waiting.value("messages")->dump());
  }
  return static_cast<std::size_t>(number);
}

irc::WaitingOptions read_waiting(StrictObject& network) {
  irc::WaitingOptions options;
  auto waiting = network.object("waiting");
  if (!waiting) return options;
  options.seconds = read_pause(*waiting, "seconds", options.seconds);
  options.messages = read_messages(*waiting, options.messages);
  waiting->finish();
  return options;
}

irc::SessionOptions read_session(const std::string& name, StrictObject& network) {
  irc::SessionOptions options;
  options.network = name;
  options.nick = read_nick(network);
  options.user = network.string("user").value_or("tubes");
  options.realname = network.string("realname").value_or("Tubes bridge");
  options.password = config::read_secret(network, "password");
  options.channels = read_channels(network, "channels", true);
  options.semantics = network.boolean("semantics").value_or(true);
  options.rejoin = network.boolean("rejoin").value_or(true);
  options.bot_mode = network.boolean("bot_mode").value_or(true);
  options.lag_interval = read_seconds(network, "lag_interval", options.lag_interval, longest_time);
  read_receiving(network, options);
  options.flood = read_flood(network);
  options.waiting = read_waiting(network);
  options.quiet = read_pause(network, "ping_after", options.quiet);
  options.patience = read_pause(network, "ping_timeout", options.patience);
  return options;
}

NetworkConfig read_network(const std::string& name, StrictObject& network) {
  if (!is_name(name)) {
    network.place().refuse("expected a name of letters, digits, '-' and '_' for the network");
  }
  NetworkConfig config;
  config.servers = read_servers(network);
  config.trust = read_trust(network, config.servers);
  config.session = read_session(name, network);
  read_login(network, config.servers, config.trust, config.session);
  config.admin_spew_channels = read_channels(network, "admin_spew_channels", false);
  placed(network.place(), [&] { irc::Session{config.session}; });
  network.finish();
  return config;
}

/// A file that can be made where it is to be.
std::string read_state_file(StrictObject& root) {
  const auto file = root.string("state_file").value_or("");
  const auto folder = std::filesystem::path{file}.parent_path();
  std::error_code unknown;
  if (!folder.empty() && !std::filesystem::is_directory(folder, unknown)) {
    root.at("state_file").refuse("there is no folder " + folder.string() + "; make it");
  }
  return file;
}

Config read_config(const std::string& file, const Json& json) {
  StrictObject root{{file, ""}, json};
  Config config;
  const auto bus = config::read_bus_section(root);
  config.bus = bus.url;
  config.wire_in = bus.wire_in;
  config.wire_out = bus.wire_out;
  config.topics.shared = bus.topics.value_or(config::Topics{});
  config.broker = root.boolean("broker").value_or(false);
  config.state_file = read_state_file(root);
  config.drain = read_seconds(root, "drain_seconds", config.drain, longest_time);
  for (auto& [name, network] : root.objects("networks")) {
    if (const auto own = config::read_topics(network, config.topics.shared))
      config.topics.networks[name] = *own;
    config.networks.push_back(read_network(name, network));
  }
  if (config.networks.empty()) root.missing("networks", "at least one network");
  root.finish();
  return config;
}

}  // namespace

Config parse_config(const std::string& file, std::string_view text) {
  const Json json = parse_json(file, text);
  if (!is_bot_json(json)) return read_config(file, json);
  const auto bot = understand(file, json);
  auto config = read_config(file + " (a bot.json)", parse_json(file, bot.configuration));
  config.understood = bot.understood;
  return config;
}

Config load_config(const std::string& file) {
  return parse_config(file, config::read_file(file));
}

}  // namespace tubes::bridge
