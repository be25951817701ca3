#include <algorithm>
#include <cmath>

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

void TokenBucket::charge(Time now, std::uint64_t count) {
  if (count > 0) full_at_ = std::max(full_at_, now) + period_ * static_cast<Time::rep>(count);
}

Time TokenBucket::ready_at(Time now) const {
  return std::max(now, full_at_ - slack_);
}

}  // namespace tubes::irc
