#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include <tubes/tests/support/log.hpp>

namespace tubes::test {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

void wait_for_words(const std::filesystem::path& log, const std::string& words,
                    const std::string& who) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (content(log).find(words) == std::string::npos) {
    if (std::chrono::steady_clock::now() >= end)
      throw std::runtime_error(who + " does not start: " + content(log));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace tubes::test
