#include "redis_server.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include <tubes/tests/support/ports.hpp>

namespace tubes::test {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// It accepts connections before, while it reads its data, and then refuses every command.
void wait_until_ready(const std::filesystem::path& log) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (content(log).find("Ready to accept connections") == std::string::npos) {
    if (std::chrono::steady_clock::now() >= end)
      throw std::runtime_error("redis-server does not start: " + content(log));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

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
  wait_until_ready(log);
}

std::string RedisServer::url(const std::string& rest, const std::string& login) const {
  return "redis://" + login + "127.0.0.1:" + std::to_string(port_) + rest;
}

}  // namespace tubes::test
