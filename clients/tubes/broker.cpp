#include <cctype>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include <tubes/clients/shutdown.hpp>
#include <tubes/transports/open.hpp>

#include "verbs.hpp"

namespace tubes::clients {
namespace {

/// A value as it may stand in a URL (RFC 3986 section 2.1).
std::string percent_encoded(const std::string& value) {
  std::string text;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    const char* digits = "0123456789ABCDEF";
    if (std::isalnum(byte) != 0 || c == '/' || c == '.' || c == '-' || c == '_')
      text += c;
    else
      text.append("%").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
  return text;
}

struct RunBroker {
  std::string bind = "zmq://127.0.0.1:5550";
  std::optional<std::string> key, allow;

  std::string url() const {
    std::string text = bind;
    for (const auto& [name, value] : {std::pair("key", key), std::pair("allow", allow)})
      if (value)
        text.append(text.find('?') == std::string::npos ? "?" : "&")
            .append(name)
            .append("=")
            .append(percent_encoded(*value));
    return text;
  }

  void operator()() const {
    Shutdown shutdown;
    const auto broker = serve(url(), [](const std::string& warning) {
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
  verb->add_option("--bind,--bus", broker->bind,
                   "Publishers connect to the port, subscribers to the next one")
      ->envname("TUBES_BUS")
      ->capture_default_str();
  verb->add_option(
      "--key", broker->key,
      "The file of its secret key, made by `tubes keys new`: connections are encrypted");
  verb->add_option("--allow", broker->allow,
                   "Whose public keys may connect: a file, a folder of *.pub, or `anyone`");
  verb->callback([broker, &action] { action = *broker; });
}

}  // namespace tubes::clients
