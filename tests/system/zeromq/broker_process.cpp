#include "broker_process.hpp"

#include <filesystem>

#include <tubes/tests/support/log.hpp>

namespace tubes::test {

BrokerProcess::BrokerProcess(std::string url) : url_(std::move(url)) {
  start();
}

void BrokerProcess::start() {
  const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "tubes";
  const auto log = folder_.path() / "log";
  std::filesystem::remove(log);
  process_.emplace(
      std::vector{program.string(), std::string("broker"), std::string("--bind"), url_}, log);
  wait_for_words(log, "ready at", "tubes broker");
}

}  // namespace tubes::test
