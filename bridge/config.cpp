#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <tubes/bridge/bot_json.hpp>
#include <tubes/bridge/config.hpp>
#include <tubes/bridge/connection.hpp>
#include <tubes/bridge/irc_values.hpp>
#include <tubes/bridge/server_url.hpp>
#include <tubes/bridge/strict_object.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/bus/topic.hpp>
#include <tubes/bus/url.hpp>

namespace tubes::bridge {
namespace {

/// Gives an error about a value the place where the value stands.
template <class Read>
auto placed(const Place& place, Read&& read) {
  try {
    return read();
  } catch (const Error& error) {
    place.refuse(error.what());
  }
}

bool is_name(std::string_view text) {
  return is_topic(text) && text.find('.') == text.npos;
}

std::string read_topic(StrictObject& topics, const char* key, const std::string& fallback) {
  const auto topic = topics.string(key).value_or(fallback);
  placed(topics.at(key), [&] { require_topic(topic); });
  return topic;
}

WireFormat read_format(StrictObject& wire, const char* key) {
  const auto name = wire.string(key).value_or("json");
  return placed(wire.at(key), [&] { return wire_format_named(name); });
}

std::string password_from_env(const Place& place, const std::string& variable) {
  const char* const value = std::getenv(variable.c_str());
  if (value == nullptr || *value == '\0') {
    place.refuse("the environment variable " + variable + " is not set; export it, or remove this");
  }
  return value;
}

std::string password_from_file(const Place& place, const std::string& name) {
  std::ifstream file(name);
  std::string line;
  if (!std::getline(file, line) || line.empty()) {
    place.refuse("cannot read a password from the first line of " + name);
  }
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::string read_password(StrictObject& network) {
  const auto literal = network.string("password");
  const auto variable = network.string("password_env");
  const auto file = network.string("password_file");
  if (literal.has_value() + variable.has_value() + file.has_value() > 1) {
    network.place().refuse("expected one of password, password_env and password_file, found more");
  }
  if (variable) return password_from_env(network.at("password_env"), *variable);
  if (file) return password_from_file(network.at("password_file"), *file);
  return literal.value_or("");
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

Endpoint read_endpoint(StrictObject& network) {
  const auto url = network.required_string("server");
  auto server = placed(network.at("server"), [&] { return ServerUrl::parse(url); });
  if (!server.channels.empty()) {
    network.at("server").refuse("channels stand in the URL; list them under \"channels\"");
  }
  auto tls = network.object("tls");
  if (!tls) return server.endpoint;
  if (!server.endpoint.tls) tls->place().refuse("the server's URL is irc://, without TLS");
  if (const auto file = tls->string("ca_file")) {
    placed(tls->at("ca_file"), [&] { require_certificates(*file); });
    server.endpoint.ca_file = *file;
  }
  server.endpoint.verify = !tls->boolean("insecure").value_or(false);
  tls->finish();
  return server.endpoint;
}

irc::SessionOptions read_session(const std::string& name, StrictObject& network) {
  irc::SessionOptions options;
  options.network = name;
  options.nick = read_nick(network);
  options.user = network.string("user").value_or("tubes");
  options.realname = network.string("realname").value_or("Tubes bridge");
  options.password = read_password(network);
  options.channels = read_channels(network, "channels", true);
  options.semantics = network.boolean("semantics").value_or(true);
  options.strip_formatting = network.boolean("strip_formatting").value_or(false);
  options.rejoin = network.boolean("rejoin").value_or(true);
  options.flood = read_flood(network);
  return options;
}

NetworkConfig read_network(const std::string& name, StrictObject& network) {
  if (!is_name(name)) {
    network.place().refuse("expected a name of letters, digits, '-' and '_' for the network");
  }
  NetworkConfig config;
  config.endpoint = read_endpoint(network);
  config.session = read_session(name, network);
  config.admin_spew_channels = read_channels(network, "admin_spew_channels", false);
  placed(network.place(), [&] { irc::Session{config.session}; });
  network.finish();
  return config;
}

void read_bus(Config& config, StrictObject& root) {
  config.bus = root.required_string("bus");
  placed(root.at("bus"), [&] { Url::parse(config.bus); });
  config.broker = root.boolean("broker").value_or(false);
  if (auto wire = root.object("wire")) {
    config.wire_in = read_format(*wire, "in");
    config.wire_out = read_format(*wire, "out");
    wire->finish();
  }
  if (auto topics = root.object("topics")) {
    config.topic_in = read_topic(*topics, "in", config.topic_in);
    config.topic_out = read_topic(*topics, "out", config.topic_out);
    topics->finish();
  }
}

std::string joined(const std::vector<std::string>& items) {
  std::string list;
  for (const auto& item : items) {
    list.append(list.empty() ? "" : ", ").append(item, 0, item.find(' '));
  }
  return list.empty() ? "none" : list;
}

std::string_view name(WireFormat format) {
  return format == WireFormat::json ? "json" : "protobuf";
}

std::string security(const Endpoint& endpoint) {
  if (!endpoint.tls) return "without TLS";
  if (!endpoint.verify) return "TLS, certificate NOT verified";
  return "TLS, verified by " + (endpoint.ca_file.empty() ? "the system's roots" : endpoint.ca_file);
}

}  // namespace

namespace {

Config read_config(const std::string& file, const Json& json) {
  StrictObject root{{file, ""}, json};
  Config config;
  read_bus(config, root);
  for (auto& [name, network] : root.objects("networks")) {
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
  return parse_config(file, read_file(file));
}

WireFormat wire_format_named(std::string_view name) {
  if (name == "json") return WireFormat::json;
  if (name == "protobuf") return WireFormat::protobuf;
  throw Error(ErrorCode::invalid_config,
              "expected json or protobuf, found \"" + std::string{name} + "\"");
}

std::string describe(const Config& config) {
  std::ostringstream text;
  if (!config.understood.empty()) text << config.understood << "\n";
  text << "bus: " << Url::parse(config.bus).shown() << (config.broker ? ", with its broker" : "")
       << "\ntopics: in \"" << config.topic_in << "\" (" << name(config.wire_in) << "), out \""
       << config.topic_out << "\" (" << name(config.wire_out) << ")\n";
  for (const auto& [endpoint, session, admins] : config.networks) {
    text << "network " << session.network << ": " << endpoint.address() << ", "
         << security(endpoint) << "\n  nick " << session.nick << ", user " << session.user
         << (session.password.empty() ? "" : ", with a password")
         << (session.semantics ? "" : ", without directed_privmsg")
         << (session.strip_formatting ? ", without formatting" : "")
         << (session.rejoin ? "" : ", stays away when kicked")
         << "\n  channels: " << joined(session.channels)
         << "\n  admin_spew_channels: " << joined(admins) << "\n  flood: " << session.flood.burst
         << " lines at once, then " << session.flood.per_second << " a second\n";
  }
  return text.str();
}

}  // namespace tubes::bridge
