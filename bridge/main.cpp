#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
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

/// What the system tells the bridge while it runs.
class Signals {
 public:
  /// Calls `reload` at each SIGHUP, and returns at the first SIGINT or SIGTERM. The next of those
  /// then has its default effect; SIGHUP has none any more.
  void wait(const std::function<void()>& reload) {
    await_reload(reload);
    end_.async_wait([this](std::error_code, int signal) {
      spdlog::info("stopping on signal {}; once more ends at once", signal);
      end_.clear();
      io_.stop();
    });
    io_.run();
  }

 private:
  void await_reload(const std::function<void()>& reload) {
    reload_.async_wait([this, &reload](std::error_code error, int) {
      if (error) return;
      reload();
      await_reload(reload);
    });
  }

  asio::io_context io_;
  asio::signal_set end_{io_, SIGINT, SIGTERM}, reload_{io_, SIGHUP};
};

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

/// What the command line means now; the configuration is read again. A mistake changes nothing.
void reload(Bridge& bridge, int argc, char** argv) {
  spdlog::info("reading the configuration again");
  try {
    const auto asked = parse_flags(argc, argv);
    if (const auto* wrong = std::get_if<Answer>(&asked)) throw std::runtime_error(wrong->err);
    bridge.reload(std::get<Invocation>(asked).config);
  } catch (const std::exception& error) {
    spdlog::error("nothing changes, the configuration cannot be used: {}", error.what());
  }
}

void run(const Config& config, int argc, char** argv) {
  Signals signals;
  if (!config.understood.empty()) spdlog::info(config.understood);
  const auto broker = serve(config);
  const auto bus = tubes::open(config.bus);
  Bridge bridge{*bus, config};
  bridge.start();
  signals.wait([&] { reload(bridge, argc, argv); });
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
    check_only ? void(std::fputs(describe(config).c_str(), stdout)) : run(config, argc, argv);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tubes-bridge: %s\n", error.what());
    return 1;
  }
}
