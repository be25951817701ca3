#include <algorithm>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <tubes/clients/program.hpp>
#include <tubes/clients/services/service.hpp>
#include <tubes/clients/shutdown.hpp>
#include <tubes/config/bus_section.hpp>
#include <tubes/transports/open.hpp>

namespace {

using namespace tubes;

struct Flags {
  std::string file;
  std::vector<std::string> names;
};

void log(const std::string& text) {
  spdlog::info(text);
}

void report(const Event& event) {
  const bool counts = event.count > 0;
  log(std::string(name(event.kind)) + " " + event.what +
      (counts ? " (" + std::to_string(event.count) + ")" : ""));
}

/// The configuration, and the services that are asked for: all in it, if none is named.
class Configuration {
 public:
  explicit Configuration(const Flags& flags)
      : json_(config::parse_json(flags.file, config::read_file(flags.file))),
        root_({flags.file, ""}, json_),
        bus_(config::read_bus_section(root_)),
        network_(root_.string("network").value_or("")) {
    for (auto& [name, options] : root_.objects("services"))
      if (flags.names.empty() || std::ranges::find(flags.names, name) != flags.names.end())
        services_.emplace_back(name, options);
    for (const auto& name : flags.names)
      if (std::ranges::find(services_, name, [](const auto& each) { return each.first; }) ==
          services_.end())
        root_.at("services").refuse("there is no \"" + name + "\" in it, which is to run");
    if (services_.empty()) root_.missing("services", "an object with at least one service");
    root_.finish();
  }

  const config::BusSection& bus() const { return bus_; }

  /// The topics as configured, or as the bridge says they are called: waits for the bus, until the
  /// program is to end.
  ClientOptions client_options(Bus& bus, const clients::Shutdown& shutdown) const {
    const auto topics = bus_.topics ? *bus_.topics : learn_topics(bus, shutdown).of(network_);
    ClientOptions options;
    options.in = topics.in;
    options.out = topics.out;
    options.receipts = topics.receipts;
    options.in_wire = bus_.wire_in;
    options.out_wire = bus_.wire_out;
    options.subscribe.ready = Ready::background;
    return options;
  }

  std::vector<std::unique_ptr<services::Service>> start(Bus& bus, Client& irc) {
    std::vector<std::unique_ptr<services::Service>> running;
    running.reserve(services_.size());
    try {
      for (auto& [name, options] : services_) {
        running.push_back(services::make(name, {bus, irc, options, log}));
        log(name + " runs");
      }
    } catch (...) {
      bus.close();  // before those that run already end
      throw;
    }
    return running;
  }

 private:
  static config::TopicsInUse learn_topics(Bus& bus, const clients::Shutdown& shutdown) {
    while (!shutdown.requested()) try {
        if (const auto said = config::learn_topics(bus)) return *said;
        log("no bridge has said what its topics are called: taking in and out");
        break;
      } catch (const Error& error) {
        if (error.code() != ErrorCode::timed_out) throw;
        log(std::string("waiting to learn the topics: ") + error.what());
      }
    return {};
  }

  const config::Json json_;
  config::StrictObject root_;
  config::BusSection bus_;
  std::string network_;
  std::vector<std::pair<std::string, config::StrictObject>> services_;
};

void run(const Flags& flags, clients::Shutdown& shutdown) {
  Configuration configuration(flags);
  check(configuration.bus().url);
  const auto bus = open(configuration.bus().url);
  Client irc(*bus, configuration.client_options(*bus, shutdown));
  irc.on_event(report);
  const auto running = configuration.start(*bus, irc);
  shutdown.wait();
  bus->close();  // before the services end: their handlers run no more
}

std::string known_services() {
  std::string list;
  for (const auto name : services::names()) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

}  // namespace

int main(int argc, char** argv) {
  clients::Shutdown shutdown;
  spdlog::set_default_logger(spdlog::stderr_logger_mt("tubes-service"));
  spdlog::set_pattern("%Y-%m-%d %H:%M:%S %n: %v");
  CLI::App app("Runs services on the bus: " + known_services() +
                   ".\nExample: tubes-service log reply --config services.json",
               "tubes-service");
  app.set_version_flag("--version", "tubes-service " TUBES_VERSION);
  Flags flags;
  app.add_option("SERVICE", flags.names, "The services to run; all of the configuration if none");
  app.add_option("--config", flags.file, "The configuration, a file of JSON")->required();
  return clients::run_program(app, argc, argv, [&] { run(flags, shutdown); });
}
