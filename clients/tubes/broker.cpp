#include <iostream>
#include <memory>

#include <tubes/clients/shutdown.hpp>
#include <tubes/transports/open.hpp>

#include "verbs.hpp"

namespace tubes::clients {
namespace {

struct RunBroker {
  std::string url = "zmq://127.0.0.1:5550";

  void operator()() const {
    Shutdown shutdown;
    const auto broker = serve(url, [](const std::string& warning) {
      std::cerr << "tubes broker: " << warning << std::endl;
    });
    std::cerr << "tubes broker: ready at " << broker->address() << std::endl;
    shutdown.wait();
  }
};

}  // namespace

void add_broker(CLI::App& app, Action& action) {
  auto broker = std::make_shared<RunBroker>();
  auto* verb =
      app.add_subcommand("broker", "Run the broker that buses on zmq:// meet at, until Ctrl-C");
  verb->add_option("--bind", broker->url,
                   "Publishers connect to the port, subscribers to the next one")
      ->capture_default_str();
  verb->callback([broker, &action] { action = *broker; });
}

}  // namespace tubes::clients
