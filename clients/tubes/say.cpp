#include <memory>

#include <tubes/bus/client.hpp>
#include <tubes/clients/program.hpp>
#include <tubes/transports/open.hpp>

#include "verbs.hpp"

namespace tubes::clients {
namespace {

struct Say {
  std::string url, to, text, network;
  ClientOptions options;
  bool as_action = false;

  void operator()() const {
    const auto bus = open(url);
    Client irc(*bus, options);
    as_action ? irc.action(to, text, network) : irc.say(to, text, network);
    bus->flush();
  }
};

std::string not_empty(const std::string& text) {
  return text.empty() ? "there is nothing in it" : "";
}

}  // namespace

void add_say(CLI::App& app, Action& action) {
  auto say = std::make_shared<Say>();
  auto* verb = app.add_subcommand("say", "Say something on IRC, through the bridge");
  verb->add_option("to", say->to, "A channel or nick, or several: '#deploys', '#a,#b'")
      ->required()
      ->check(not_empty);
  verb->add_option("text", say->text, "What to say, as one word: quote it")
      ->required()
      ->check(not_empty);
  verb->add_flag("--action", say->as_action, "As an action: /me text");
  verb->add_option("--network", say->network, "Which IRC network (default: the bridge's first)");
  verb->add_option("--topic", say->options.out, "The topic that the bridge listens to")
      ->capture_default_str();
  add_bus_flag(*verb, say->url);
  add_wire_flag(*verb, say->options.out_wire);
  verb->callback([say, &action] { action = *say; });
}

}  // namespace tubes::clients
