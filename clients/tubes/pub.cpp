#include <iostream>
#include <memory>

#include <tubes/clients/program.hpp>
#include <tubes/transports/open.hpp>

#include "verbs.hpp"

namespace tubes::clients {
namespace {

struct Pub {
  std::string url, topic, payload;

  void operator()() const {
    const auto bus = open(url);
    if (payload == "-")
      publish_lines(*bus);
    else
      bus->publish(topic, payload);
    bus->flush();
  }

  void publish_lines(Bus& bus) const {
    for (std::string line; std::getline(std::cin, line);) bus.publish(topic, line);
  }
};

}  // namespace

void add_pub(CLI::App& app, Action& action) {
  auto pub = std::make_shared<Pub>();
  auto* verb =
      app.add_subcommand("pub", "Publish a payload, and return once the backend has accepted it");
  verb->add_option("topic", pub->topic, "Tokens of A-Z a-z 0-9 _ - with dots between")->required();
  verb->add_option("payload", pub->payload, "The payload; - publishes each line of standard input")
      ->required();
  add_bus_flag(*verb, pub->url);
  verb->callback([pub, &action] { action = *pub; });
}

}  // namespace tubes::clients
