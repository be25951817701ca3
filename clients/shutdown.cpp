#include <csignal>

#include <unistd.h>

#include <tubes/clients/shutdown.hpp>

namespace tubes::clients {
namespace {

sigset_t shutdown_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

Shutdown::Shutdown() {
  const auto signals = shutdown_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void Shutdown::wait() {
  const auto signals = shutdown_signals();
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  // A second signal, while things are closed, ends the program the hard way.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

bool Shutdown::requested() const noexcept {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1;
}

void Shutdown::request() noexcept {
  kill(getpid(), SIGTERM);
}

}  // namespace tubes::clients
