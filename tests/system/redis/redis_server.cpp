#include "redis_server.hpp"

#include <filesystem>

#include <tubes/tests/support/log.hpp>
#include <tubes/tests/support/ports.hpp>

namespace tubes::test {

RedisServer::RedisServer(std::vector<std::string> options)
    : port_(free_port()), options_(std::move(options)) {
  start();
}

void RedisServer::start() {
  const std::string folder = folder_.path();
  std::vector<std::string> command = {"redis-server",
                                      "--bind",
                                      "127.0.0.1",
                                      "--port",
                                      std::to_string(port_),
                                      "--dir",
                                      folder,
                                      "--save",
                                      "",
                                      "--appendonly",
                                      "yes",
                                      "--unixsocket",
                                      socket(),
                                      "--appendfsync",
                                      "always"};
  command.insert(command.end(), options_.begin(), options_.end());
  const auto log = folder_.path() / "log";
  std::filesystem::remove(log);
  process_.emplace(command, log);
  // It accepts connections before, while it reads its data, and then refuses every command.
  wait_for_words(log, "Ready to accept connections", "redis-server");
}

std::string RedisServer::url(const std::string& rest, const std::string& login) const {
  return "redis://" + login + "127.0.0.1:" + std::to_string(port_) + rest;
}

}  // namespace tubes::test
