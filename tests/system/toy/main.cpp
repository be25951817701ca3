// A transport that was written from CONTRIBUTING.md, put to the suite.
#include <cerrno>
#include <memory>

#include <poll.h>

#include <tubes/bus/engine.hpp>
#include <tubes/conformance/suite.hpp>
#include <tubes/tests/support/temp_folder.hpp>

#include "driver.hpp"

namespace tubes {
namespace {

/// A datagram makes a bus look around, and see that it is alone.
void wait_until_closed(const std::filesystem::path& path) {
  const toy::Socket socket;
  if (!socket.connect(path)) return;
  pollfd ready{socket.fd(), POLLOUT, 0};
  while (::send(socket.fd(), "", 0, 0) == 0 || errno == EAGAIN) ::poll(&ready, 1, -1);
}

/// The folder is the backend: it can be taken away, with all sockets in it.
class ToyPlace final : public conformance::Place {
 public:
  ToyPlace() { start(); }

  Description describe() const override {
    return {.can_die = true, .address = "toy at " + folder_.string(), .remedy = "is the folder"};
  }
  std::unique_ptr<Bus> open(const BusOptions& options) override {
    return make_bus(std::make_unique<toy::Driver>(folder_), options);
  }
  void kill() override {
    const auto aside = temp_.path() / "aside";
    std::filesystem::rename(folder_, aside);  // at once for all
    for (const auto& file : std::filesystem::directory_iterator(aside)) wait_until_closed(file);
    std::filesystem::remove_all(aside);
  }
  void start() override { std::filesystem::create_directory(folder_); }

 private:
  test::TempFolder temp_;
  std::filesystem::path folder_ = temp_.path() / "bus";
};

}  // namespace
}  // namespace tubes

int main(int argc, char** argv) {
  return tubes::conformance::main(argc, argv,
                                  {{"toy", [] { return std::make_unique<tubes::ToyPlace>(); }}});
}
