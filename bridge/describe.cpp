#include <chrono>
#include <iomanip>
#include <ranges>
#include <sstream>
#include <string_view>

#include <tubes/bridge/config.hpp>
#include <tubes/bridge/login_config.hpp>
#include <tubes/bridge/receiving_config.hpp>
#include <tubes/bridge/sts_store.hpp>
#include <tubes/bus/url.hpp>

namespace tubes::bridge {
namespace {

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

}  // namespace

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
