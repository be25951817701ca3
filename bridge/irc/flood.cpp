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

void TokenBucket::change(FloodOptions options) {
  const auto full_at = full_at_;
  *this = TokenBucket{options};
  full_at_ = full_at;
}

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
  if (waiting_for(target) + lines.size() > limit_per_target) return false;
  size_ += lines.size();
  auto& waiting = turn_of(target).lines;
  std::move(lines.begin(), lines.end(), std::back_inserter(waiting));
  return true;
}

void OutgoingQueue::push_first(std::vector<std::string> lines) {
  std::move(lines.begin(), lines.end(), std::back_inserter(first_));
}

std::size_t OutgoingQueue::waiting_for(std::string_view target) const noexcept {
  const auto found = std::find_if(turns_.begin(), turns_.end(),
                                  [&](const Turn& turn) { return turn.target == target; });
  return found == turns_.end() ? 0 : found->lines.size();
}

std::string OutgoingQueue::take(Time now) {
  std::string bytes;
  while (size() > 0 && bucket_.take(now)) bytes += take_line();
  return bytes;
}

std::string OutgoingQueue::take_line() {
  if (!first_.empty()) {
    std::string line = std::move(first_.front());
    first_.pop_front();
    return line;
  }
  Turn turn = std::move(turns_.front());
  turns_.pop_front();
  std::string line = std::move(turn.lines.front());
  turn.lines.pop_front();
  --size_;
  if (!turn.lines.empty()) turns_.push_back(std::move(turn));
  return line;
}

std::optional<Time> OutgoingQueue::ready_at(Time now) const {
  if (size() == 0) return std::nullopt;
  return bucket_.ready_at(now);
}

std::size_t OutgoingQueue::reset(FloodOptions options) {
  bucket_ = TokenBucket{options};
  turns_.clear();
  const auto dropped = size();
  first_.clear();
  size_ = 0;
  return dropped;
}

}  // namespace tubes::irc
