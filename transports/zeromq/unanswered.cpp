#include <tubes/transports/zeromq/unanswered.hpp>

namespace tubes::zeromq {

void Unanswered::sent(std::size_t bytes, Clock::Time now) {
  if (sizes_.empty()) progress_ = now;
  sizes_.push_back(bytes);
  bytes_ += bytes;
}

std::optional<std::size_t> Unanswered::answered(std::uint64_t count, Clock::Time now) {
  if (count < answered_ || count - answered_ > sizes_.size()) return std::nullopt;
  const auto newly = static_cast<std::size_t>(count - answered_);
  for (std::size_t i = 0; i < newly; ++i) {
    bytes_ -= sizes_.front();
    sizes_.pop_front();
  }
  answered_ = count;
  if (newly > 0) progress_ = now;
  return newly;
}

std::optional<Clock::Time> Unanswered::overdue_from() const {
  if (sizes_.empty()) return std::nullopt;
  return progress_ + longest_silence;
}

}  // namespace tubes::zeromq
