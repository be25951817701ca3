#include <iostream>

#include <tubes/clients/greeter/greeter.hpp>
#include <tubes/clients/greeter/hostname.hpp>
#include <tubes/clients/program.hpp>
#include <tubes/clients/shutdown.hpp>
#include <tubes/config/bus_section.hpp>
#include <tubes/transports/open.hpp>

namespace {

void report(const tubes::Event& event) {
  using Kind = tubes::Event::Kind;
  const bool live = event.kind == Kind::subscribed || event.kind == Kind::resubscribed;
  std::cerr << "tubes-greeter: " << (live ? "listening on" : name(event.kind)) << " " << event.what
            << std::endl;
}

/// What the bridge's file says of the bus: the rest of it is the bridge's own.
void read(const std::string& file, std::string& url, tubes::ClientOptions& options) {
  const auto json = tubes::config::parse_json(file, tubes::config::read_file(file));
  tubes::config::StrictObject root({file, ""}, json);
  const auto bus = tubes::config::read_bus_section(root);
  url = bus.url;
  options.out_wire = bus.wire_out;
  if (!bus.topics) return;
  options.in = bus.topics->in;
  options.out = bus.topics->out;
  options.receipts = bus.topics->receipts;
}

void run(const std::string& url, tubes::ClientOptions options, tubes::clients::Shutdown& shutdown) {
  const auto bus = tubes::open(url);
  options.subscribe.ready = tubes::Ready::background;  // a daemon waits for its backend
  tubes::Client irc(*bus, options);
  irc.on_event(report);
  const Greeter greeter(irc, hostname());
  shutdown.wait();
  bus->close();
}

}  // namespace

int main(int argc, char** argv) {
  tubes::clients::Shutdown shutdown;
  CLI::App app(
      "Answers \"hello\" on IRC with a greeting and its hostname, and \"!woot\" with \"Indeed!\".\n"
      "Example: tubes-greeter --bus redis://127.0.0.1:6379",
      "tubes-greeter");
  std::string url;
  std::string file;
  tubes::ClientOptions options;
  app.add_option("--config", file, "The bridge's configuration, in place of all other flags");
  tubes::clients::add_bus_flag(app, url);
  tubes::clients::add_wire_flag(app, options.out_wire);
  app.add_option("--topic-in", options.in, "The topic that tells what happens on IRC")
      ->capture_default_str();
  app.add_option("--topic-out", options.out, "The topic that the bridge listens to")
      ->capture_default_str();
  return tubes::clients::run_program(app, argc, argv, [&] {
    if (!file.empty()) read(file, url, options);
    run(url, options, shutdown);
  });
}
