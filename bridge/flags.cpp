#include <cstdlib>
#include <sstream>

#include <CLI/CLI.hpp>

#include <tubes/bridge/flags.hpp>
#include <tubes/bridge/irc/isupport.hpp>
#include <tubes/bridge/server_url.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/bus/url.hpp>
#include <tubes/config/bus_section.hpp>

namespace tubes::bridge {
namespace {

constexpr const char* examples = R"(Examples:
  tubes-bridge --config bridge.json
  tubes-bridge --config bridge.json --check-config
  tubes-bridge --bus zmq://127.0.0.1:5550 --broker \
               --irc 'ircs://irc.libera.chat/#tubes,#test' --nick mybot
  tubes-bridge --bus redis://127.0.0.1 --irc 'irc://127.0.0.1:6667/#test' --nick mybot)";

struct Flags {
  std::string file, bus, irc, nick, wire_in;
  bool broker = false, semantics = true, check = false;
};

void add_flags(CLI::App& app, Flags& flags) {
  app.set_version_flag("--version", "tubes-bridge " TUBES_VERSION);
  app.footer(examples);
  auto* const file =
      app.add_option("--config", flags.file, "The configuration: JSON, with comments");
  app.add_flag("--check-config", flags.check, "Say what was understood, and end");
  app.add_option("--bus", flags.bus, "URL of the bus, instead of the configuration's or TUBES_BUS");
  app.add_flag("--broker", flags.broker, "Also run the broker of that URL");
  auto* const irc = app.add_option("--irc", flags.irc, "ircs://host[:port]/#channel[,#channel]");
  auto* const nick = app.add_option("--nick", flags.nick, "The bot's nick");
  app.add_option("--wire-in", flags.wire_in, "Wire format on topic in: json or protobuf");
  auto* const semantics =
      app.add_flag("--semantics,!--no-semantics", flags.semantics,
                   "Tell messages addressed to the bot also as directed_privmsg (default)");
  irc->needs(nick)->excludes(file);
  nick->needs(irc)->excludes(file);
  semantics->excludes(file);
}

/// What `read` returns; its error becomes one of this flag.
template <class Read>
auto of_flag(const char* flag, Read&& read) {
  try {
    return read();
  } catch (const Error& error) {
    throw CLI::ValidationError(flag, error.what());
  }
}

std::string bus_of_environment() {
  const char* const bus = std::getenv("TUBES_BUS");
  return bus == nullptr ? "" : bus;
}

/// The configuration that --irc and --nick stand for.
Config short_form(const Flags& flags) {
  if (flags.irc.empty()) {
    throw CLI::ValidationError("--config", "expected --config FILE, or --irc URL with --nick NAME");
  }
  auto server = of_flag("--irc", [&] { return ServerUrl::parse(flags.irc); });
  if (!irc::Isupport{}.is_nick(flags.nick)) {
    throw CLI::ValidationError("--nick", "\"" + flags.nick + "\" is no nick");
  }
  NetworkConfig network;
  network.session.network = "irc";
  network.session.nick = flags.nick;
  network.session.user = "tubes";
  network.session.realname = "Tubes bridge";
  network.session.channels = std::move(server.channels);
  network.session.semantics = flags.semantics;
  network.servers = {std::move(server.endpoint)};
  Config config;
  config.bus = bus_of_environment();
  config.networks.push_back(std::move(network));
  return config;
}

Config configured(const Flags& flags) {
  Config config = flags.file.empty() ? short_form(flags) : load_config(flags.file);
  if (!flags.bus.empty()) config.bus = flags.bus;
  if (config.bus.empty()) {
    throw CLI::ValidationError("--bus", "expected --bus URL, or the URL in TUBES_BUS");
  }
  of_flag("--bus", [&] { return Url::parse(config.bus); });
  config.broker = config.broker || flags.broker;
  if (!flags.wire_in.empty()) {
    config.wire_in = of_flag("--wire-in", [&] { return config::wire_format_named(flags.wire_in); });
  }
  return config;
}

}  // namespace

std::variant<Invocation, Answer> parse_flags(int argc, const char* const* argv) {
  CLI::App app{"Bridges IRC networks and a Tubes bus."};
  Flags flags;
  add_flags(app, flags);
  try {
    app.parse(argc, argv);
    return Invocation{configured(flags), flags.check};
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, err;
    const bool asked_for = app.exit(error, out, err) == 0;  // --help, --version
    return Answer{asked_for ? 0 : 2, out.str(), err.str()};
  }
}

}  // namespace tubes::bridge
