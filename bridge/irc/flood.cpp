#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <tubes/bridge/irc/flood.hpp>

namespace tubes::irc {

namespace {

Time seconds(double count) {
  return Time{static_cast<Time::rep>(std::ceil(count * 1e9))};
}

}  // namespace

TokenBucket::TokenBucket(FloodOptions options)
    : period_(seconds(1 / options.per_second)),
      slack_(seconds((std::max(options.burst, 1.0) - 1) / options.per_second)) {}

bool TokenBucket::take(Time now) {
  if (ready_at(now) > now) return false;
  full_at_ = std::max(full_at_, now) + period_;
  return true;
}

Time TokenBucket::ready_at(Time now) const {
  return std::max(now, full_at_ - slack_);
}

OutgoingQueue::Turn& OutgoingQueue::turn_of(std::string_view target) {
  const auto found = std::find_if(turns_.begin(), turns_.end(),
                                  [&](const Turn& turn) { return turn.target == target; });
  return found != turns_.end() ? *found : turns_.emplace_back(Turn{std::string{target}, {}});
}

bool OutgoingQueue::push(std::string_view target, std::vector<std::string> lines) {
  if (lines.empty()) return true;
  if (size_ + lines.size() > limit) return false;
  size_ += lines.size();
  auto& waiting = turn_of(target).lines;
  std::move(lines.begin(), lines.end(), std::back_inserter(waiting));
  return true;
}

std::string OutgoingQueue::take(Time now) {
  std::string bytes;
  while (!turns_.empty() && bucket_.take(now)) {
    Turn turn = std::move(turns_.front());
    turns_.pop_front();
    bytes += turn.lines.front();
    turn.lines.pop_front();
    --size_;
    if (!turn.lines.empty()) turns_.push_back(std::move(turn));
  }
  return bytes;
}

std::optional<Time> OutgoingQueue::ready_at(Time now) const {
  if (turns_.empty()) return std::nullopt;
  return bucket_.ready_at(now);
}

std::size_t OutgoingQueue::reset(FloodOptions options) {
  bucket_ = TokenBucket{options};
  turns_.clear();
  return std::exchange(size_, 0);
}

}  // namespace tubes::irc
