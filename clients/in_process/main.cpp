// The bridge and the greeter in one process, on a memory bus: the same objects, another assembly.
#include <iostream>

#include <CLI/CLI.hpp>

#include <tubes/bridge/bridge.hpp>
#include <tubes/clients/greeter/greeter.hpp>
#include <tubes/clients/greeter/hostname.hpp>
#include <tubes/clients/program.hpp>
#include <tubes/clients/shutdown.hpp>
#include <tubes/transports/open.hpp>

namespace {

tubes::ClientOptions options_of(const tubes::bridge::Config& config) {
  tubes::ClientOptions options;
  options.in = config.topics.shared.in;
  options.out = config.topics.shared.out;
  options.receipts = config.topics.shared.receipts;
  options.out_wire = config.wire_out;
  return options;
}

void run(const tubes::bridge::Config& config, tubes::clients::Shutdown& shutdown) {
  const auto bus = tubes::open(config.bus);
  tubes::bridge::Bridge bridge(*bus, config);
  tubes::Client irc(*bus, options_of(config));
  const Greeter greeter(irc, hostname());
  std::cerr << "tubes-in-process: listening on " << config.topics.shared.in << std::endl;
  bridge.start();
  shutdown.wait();
  bridge.stop();
  bus->close();
}

}  // namespace

int main(int argc, char** argv) {
  tubes::clients::Shutdown shutdown;
  CLI::App app(
      "The bridge and the greeter in one process; the file's bus is memory://NAME?dispatch=thread",
      "tubes-in-process");
  std::string file;
  app.add_option("--config", file, "The bridge's configuration")->required();
  return tubes::clients::run_program(app, argc, argv,
                                     [&] { run(tubes::bridge::load_config(file), shutdown); });
}
