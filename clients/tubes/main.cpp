#include <tubes/clients/program.hpp>

#include "verbs.hpp"

int main(int argc, char** argv) {
  tubes::clients::Action action;
  CLI::App app(
      "A message bus from the command line.\n"
      "The bus is --bus URL of a verb, or the environment variable TUBES_BUS.\n\n"
      "Examples:\n"
      "  tubes say '#deploys' 'v1.2 is live'\n"
      "  tubes sub in 'in.>' --bus redis://127.0.0.1:6379\n"
      "  tubes pub sensors.kitchen '21.5'\n"
      "  tubes stats redis://127.0.0.1:6379\n"
      "  tubes broker --bind zmq://127.0.0.1:5550\n"
      "  tubes config migrate bot.json > bridge.json",
      "tubes");
  app.set_version_flag("--version", TUBES_VERSION);
  app.require_subcommand(1);
  tubes::clients::add_say(app, action);
  tubes::clients::add_pub(app, action);
  tubes::clients::add_sub(app, action);
  tubes::clients::add_stats(app, action);
  tubes::clients::add_broker(app, action);
  tubes::clients::add_keys(app, action);
#ifdef TUBES_BRIDGE
  tubes::clients::add_config(app, action);
#endif
  return tubes::clients::run_program(app, argc, argv, [&] { action(); });
}
