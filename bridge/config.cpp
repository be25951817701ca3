#include <filesystem>
#include <iomanip>
#include <ranges>
#include <sstream>
#include <system_error>

#include <tubes/bridge/bot_json.hpp>
#include <tubes/bridge/config.hpp>
#include <tubes/bridge/irc_values.hpp>
#include <tubes/bridge/login_config.hpp>
#include <tubes/bridge/receiving_config.hpp>
#include <tubes/bridge/seconds.hpp>
#include <tubes/bridge/server_values.hpp>
#include <tubes/bridge/sts_store.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/bus/topic.hpp>
#include <tubes/bus/url.hpp>
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

irc::WaitingOptions read_waiting(StrictObject& network) {
  irc::WaitingOptions options;
  auto waiting = network.object("waiting");
  if (!waiting) return options;
  const auto seconds = waiting->positive("seconds").value_or(double(options.seconds.count()));
  const auto messages = waiting->positive("messages").value_or(double(options.messages));
  require_between(waiting->at("seconds"), seconds, 1, 86400);
  require_between(waiting->at("messages"), messages, 1, 100000);
  options.seconds = std::chrono::seconds{static_cast<std::int64_t>(seconds)};
  options.messages = static_cast<std::size_t>(messages);
  waiting->finish();
  return options;
}

/// As read_seconds(), and not 0.
std::chrono::seconds read_pause(StrictObject& network, const char* key,
                                std::chrono::seconds otherwise) {
  const auto time = read_seconds(network, key, otherwise, longest_time);
  if (time == time.zero()) network.at(key).refuse("expected a second at least, found 0");
  return time;
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

std::string described(const config::Topics& topics, const Config& config) {
  std::ostringstream text;
  text << "topics: in \"" << topics.in << "\" (" << name(config.wire_in) << "), out \""
       << topics.out << "\" (" << name(config.wire_out) << "), receipts \"" << topics.receipts
       << "\" (" << name(config.wire_in) << ")";
  return text.str();
}

/// Where it is not as usual.
std::string described_lag(std::chrono::seconds interval) {
  if (interval == irc::SessionOptions{}.lag_interval) return {};
  if (interval == std::chrono::seconds::zero()) return ", lag not measured";
  return ", lag measured every " + std::to_string(interval.count()) + " s";
}

std::string described_silence(const irc::SessionOptions& session) {
  const irc::SessionOptions usual;
  if (session.quiet == usual.quiet && session.patience == usual.patience) return {};
  return ", asks a silent server after " + std::to_string(session.quiet.count()) +
         " s and gives it up after another " + std::to_string(session.patience.count()) + " s";
}

std::string described(const Endpoint& server, const Trust& trust) {
  return server.address() + ", " + (server.tls ? "TLS, " + describe(trust) : "without TLS");
}

/// With what is in it.
std::string described_state(const std::string& file) {
  std::ostringstream text;
  text << "state: " << file << "\n";
  for (const auto& [host, policy] : StsStore{file}.valid()) {
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(policy.expires)};
    text << "  " << host << " asked for TLS (STS), on port " << policy.port << ", until "
         << static_cast<int>(day.year()) << '-' << std::setfill('0') << std::setw(2)
         << static_cast<unsigned>(day.month()) << '-' << std::setw(2)
         << static_cast<unsigned>(day.day()) << "\n";
  }
  return text.str();
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

std::string describe(const Config& config) {
  std::ostringstream text;
  if (!config.understood.empty()) text << config.understood << "\n";
  text << "bus: " << Url::parse(config.bus).shown() << (config.broker ? ", with its broker" : "")
       << "\n"
       << described(config.topics.shared, config) << "\n";
  if (!config.state_file.empty()) text << described_state(config.state_file);
  if (config.drain != Config{}.drain) text << "drain: " << config.drain.count() << " s\n";
  for (const auto& [servers, trust, session, admins] : config.networks) {
    text << "network " << session.network << ": " << described(servers.front(), trust);
    for (const auto& server : servers | std::views::drop(1))
      text << "\n  or " << described(server, trust);
    text << "\n  nick " << session.nick << ", user " << session.user
         << (session.password.empty() ? "" : ", with a password")
         << (session.semantics ? "" : ", without directed_privmsg")
         << (session.rejoin ? "" : ", stays away when kicked")
         << (session.bot_mode ? "" : ", without bot mode") << described_lag(session.lag_interval)
         << described_silence(session) << described_login(session) << described_receiving(session)
         << "\n  channels: " << joined(session.channels)
         << "\n  admin_spew_channels: " << joined(admins) << "\n  flood: " << session.flood.burst
         << " lines at once, then " << session.flood.per_second
         << " a second\n  while it is away: " << session.waiting.messages
         << " messages wait, each for " << session.waiting.seconds.count() << " s\n";
    const auto own = config.topics.networks.find(session.network);
    if (own != config.topics.networks.end()) text << "  " << described(own->second, config) << "\n";
  }
  return text.str();
}

}  // namespace tubes::bridge
