#include <iostream>
#include <memory>

#include <tubes/transports/open.hpp>

#include "verbs.hpp"

namespace tubes::clients {
namespace {

struct NewKeys {
  std::string path;

  void operator()() const {
    const auto public_key = write_new_keys(path);
    std::cout << "public key " << public_key << "\n"
              << "  " << path << "      secret: key=" << path << "\n"
              << "  " << path << ".pub  for the other side: server_key= of clients, or among the "
              << "keys that a broker allows\n";
  }
};

}  // namespace

void add_keys(CLI::App& app, Action& action) {
  auto keys = std::make_shared<NewKeys>();
  auto* verb = app.add_subcommand("keys", "Keys for a zmq:// broker that is reached from beyond");
  verb->require_subcommand(1);
  auto* make = verb->add_subcommand(
      "new", "Write a new pair: PATH (secret) and PATH.pub; nothing is overwritten");
  make->add_option("path", keys->path, "The file of the secret key")->required();
  make->callback([keys, &action] { action = *keys; });
}

}  // namespace tubes::clients
