#include <iostream>
#include <memory>

#include <tubes/bridge/bot_json.hpp>

#include "verbs.hpp"

namespace tubes::clients {
namespace {

struct Migrate {
  std::string file;

  void operator()() const {
    const auto bot = bridge::load_bot_json(file);
    std::cerr << "tubes: " << bot.understood << "\n";
    std::cout << bot.configuration;
  }
};

}  // namespace

void add_config(CLI::App& app, Action& action) {
  auto migrate = std::make_shared<Migrate>();
  auto* verb = app.add_subcommand("config", "Configurations of the bridge");
  verb->require_subcommand(1);
  auto* print = verb->add_subcommand(
      "migrate", "Print the configuration of Tubes that a ZenIRCBot's bot.json stands for");
  print->add_option("file", migrate->file, "The bot.json")->required();
  print->callback([migrate, &action] { action = *migrate; });
}

}  // namespace tubes::clients
