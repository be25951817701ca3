#include <random>

#include <tubes/transports/zeromq/unique.hpp>

namespace tubes::zeromq {

std::string unique_token() {
  static constexpr char digits[] = "0123456789abcdef";
  std::random_device random;
  std::string token;
  for (int i = 0; i < 16; ++i) token += digits[random() & 15U];
  return token;
}

}  // namespace tubes::zeromq
