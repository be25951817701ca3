#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <variant>

#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include <tubes/bridge/bridge.hpp>
#include <tubes/bridge/flags.hpp>
#include <tubes/transports/open.hpp>

namespace {

using namespace tubes::bridge;

/// Returns at the first SIGINT or SIGTERM. The next one then has its default effect.
void wait_for_signal() {
  asio::io_context io;
  asio::signal_set signals{io, SIGINT, SIGTERM};
  signals.async_wait([](std::error_code, int signal) {
    spdlog::info("stopping on signal {}; once more ends at once", signal);
  });
  io.run();
}

/// The broker that the configuration asks for. Where a transport has none to run here, the line
/// "bus" alone can still be swapped: that is worth a word, not an error.
std::unique_ptr<tubes::Broker> serve(const Config& config) {
  if (!config.broker) return nullptr;
  try {
    auto broker = tubes::serve(config.bus, [](const std::string& text) { spdlog::warn(text); });
    spdlog::info("the broker is ready at {}", broker->address());
    return broker;
  } catch (const tubes::Error& error) {
    if (error.code() != tubes::ErrorCode::unsupported) throw;
    spdlog::info("no broker runs in the bridge: {}", error.what());
    return nullptr;
  }
}

void run(const Config& config) {
  if (!config.understood.empty()) spdlog::info(config.understood);
  const auto broker = serve(config);
  const auto bus = tubes::open(config.bus);
  Bridge bridge{*bus, config};
  bridge.start();
  wait_for_signal();
  bridge.stop();
  bus->close();
}

int answer(const Answer& answer) {
  std::fputs(answer.out.c_str(), stdout);
  std::fputs(answer.err.c_str(), stderr);
  return answer.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto asked = parse_flags(argc, argv);
    if (const auto* said = std::get_if<Answer>(&asked)) return answer(*said);
    const auto& [config, check_only] = std::get<Invocation>(asked);
    tubes::check(config.bus);
    check_only ? void(std::fputs(describe(config).c_str(), stdout)) : run(config);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tubes-bridge: %s\n", error.what());
    return 1;
  }
}
