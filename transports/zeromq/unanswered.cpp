#include <tubes/transports/zeromq/unanswered.hpp>

namespace tubes::zeromq {

void Unanswered::sent(std::size_t bytes) {
  sizes_.push_back(bytes);
  bytes_ += bytes;
}

std::optional<std::size_t> Unanswered::answered(std::uint64_t count) {
  if (count < answered_ || count - answered_ > sizes_.size()) return std::nullopt;
  const auto newly = static_cast<std::size_t>(count - answered_);
  for (std::size_t i = 0; i < newly; ++i) {
    bytes_ -= sizes_.front();
    sizes_.pop_front();
  }
  answered_ = count;
  return newly;
}

}  // namespace tubes::zeromq
