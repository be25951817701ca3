#include <chrono>
#include <condition_variable>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>

#include <tubes/bus/client.hpp>
#include <tubes/clients/program.hpp>
#include <tubes/transports/open.hpp>

#include "verbs.hpp"

namespace tubes::clients {
namespace {

/// A server's words may begin with the code, which is said before.
std::string reason_without_code(const Receipt& receipt) {
  const auto start = receipt.code + " ";
  return receipt.reason.starts_with(start) ? receipt.reason.substr(start.size()) : receipt.reason;
}

/// "sent", or "failed (404): #a: Cannot send to channel".
std::string described(const Receipt& receipt) {
  auto text = receipt.state;
  if (!receipt.code.empty()) text += " (" + receipt.code + ")";
  const auto reason = reason_without_code(receipt);
  if (!reason.empty()) text += ": " + reason;
  return text;
}

void report(const Receipt& receipt) {
  const bool said = receipt.state == receipts::sent || receipt.state == receipts::confirmed;
  if (!said) throw std::runtime_error(described(receipt));
  std::cout << described(receipt) << std::endl;
}

/// What is heard of one message, for a program that waits for its ending. Who sits before it is
/// told on the standard error output when that takes long, and why.
class Progress {
 public:
  ReceiptHandler handler() {
    return [this](const Receipt& receipt) {
      const std::lock_guard lock(mutex_);
      (receipt.state == receipts::queued ? queued_ : ended_) = receipt;
      changed_.notify_all();
    };
  }

  Receipt ending() {
    using namespace std::chrono_literals;
    std::unique_lock lock(mutex_);
    const auto heard = [this] { return queued_ || ended_; };
    const auto ended = [this] { return ended_.has_value(); };
    if (!changed_.wait_for(lock, 5s, heard))
      std::cerr << "tubes: nobody has taken it yet: is there a bridge? still waiting" << std::endl;
    changed_.wait(lock, heard);
    if (!changed_.wait_for(lock, 2s, ended))
      std::cerr << "tubes: the bridge has it (queued); it waits"
                << (queued_->network.empty() ? "" : " at " + queued_->network) << std::endl;
    changed_.wait(lock, ended);
    return *ended_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Receipt> queued_, ended_;
};

struct Say {
  std::string url, to, text, network;
  ClientOptions options;
  bool as_action = false, waits = false;

  Message message() const {
    if (as_action) return out::Action{to, text, network, {}};
    return out::Privmsg{to, text, network, {}};
  }

  void operator()() const {
    Progress progress;  // ends after those who tell it
    const auto bus = open(url);
    Client irc(*bus, options);
    if (!waits) {
      irc.publish(message());
      return bus->flush();
    }
    irc.track(message(), progress.handler(), progress.handler());
    bus->flush();
    report(progress.ending());
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
