#include <cerrno>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

#include <tubes/transports/zeromq/wakeup.hpp>

namespace tubes::zeromq {

Wakeup::Wakeup() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Wakeup::~Wakeup() {
  close(descriptor_);
}

// Both can only fail where there is nothing left to do: a full or an empty counter.
void Wakeup::wake() const noexcept {
  [[maybe_unused]] const int result = eventfd_write(descriptor_, 1);
}

void Wakeup::clear() const noexcept {
  eventfd_t count = 0;
  [[maybe_unused]] const int result = eventfd_read(descriptor_, &count);
}

}  // namespace tubes::zeromq
