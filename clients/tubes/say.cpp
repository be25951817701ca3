#include <chrono>
#include <iostream>
#include <memory>
#include <stdexcept>

#include <tubes/bus/client.hpp>
#include <tubes/clients/program.hpp>
#include <tubes/transports/open.hpp>

#include "verbs.hpp"

namespace tubes::clients {
namespace {

/// "sent", or "failed (404): #a: Cannot send to channel".
std::string described(const Receipt& receipt) {
  auto text = receipt.state;
  if (!receipt.code.empty()) text += " (" + receipt.code + ")";
  if (!receipt.reason.empty()) text += ": " + receipt.reason;
  return text;
}

void report(const Receipt& receipt) {
  const bool said = receipt.state == receipts::sent || receipt.state == receipts::confirmed;
  if (!said) throw std::runtime_error(described(receipt));
  std::cout << described(receipt) << std::endl;
}

struct Say {
  std::string url, to, text, network;
  ClientOptions options;
  bool as_action = false, waits = false;

  Message message() const {
    if (as_action) return out::Action{to, text, network, {}};
    return out::Privmsg{to, text, network, {}};
  }

  void operator()() const {
    const auto bus = open(url);
    Client irc(*bus, options);
    if (!waits) {
      irc.publish(message());
      return bus->flush();
    }
    const auto pending = irc.track(message());
    bus->flush();
    report(pending.get());
  }
};

std::string not_empty(const std::string& text) {
  return text.empty() ? "there is nothing in it" : "";
}

void add_receipt_flags(CLI::App& verb, Say& say) {
  auto* receipt = verb.add_flag("--receipt", say.waits,
                                "Wait until the bridge says what became of it, and print that; the "
                                "exit status is 0 if it was sent or confirmed");
  verb.add_option_function<double>(
          "--wait",
          [&say](double seconds) {
            say.options.receipt_timeout =
                std::chrono::duration_cast<Milliseconds>(std::chrono::duration<double>(seconds));
          },
          "How long to wait for it, in seconds (default: 600; a bridge keeps a message 300 s for a "
          "network that is away)")
      ->check(CLI::Range(0.001, 86'400.0))
      ->option_text("SECONDS")
      ->needs(receipt);
  verb.add_option("--receipts-topic", say.options.receipts, "The topic that the bridge says it on")
      ->capture_default_str()
      ->needs(receipt);
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
  add_receipt_flags(*verb, *say);
  add_bus_flag(*verb, say->url);
  add_wire_flag(*verb, say->options.out_wire);
  verb->callback([say, &action] { action = *say; });
}

}  // namespace tubes::clients
