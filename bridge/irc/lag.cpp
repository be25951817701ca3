#include <algorithm>

#include <tubes/bridge/irc/lag.hpp>
#include <tubes/bridge/irc/line.hpp>

namespace tubes::irc {
namespace {

std::string in_seconds(Time time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

std::string token_of(std::uint64_t number) {
  return "lag-" + std::to_string(number);
}

}  // namespace

void Lag::change(Time now, Time interval) {
  if (interval_ == interval) return;
  interval_ = interval;
  if (let_in_) begin(now);
}

void Lag::begin(Time now) {
  end();
  let_in_ = true;
  if (interval_ > Time::zero()) next_ = now + interval_;
}

void Lag::end() {
  let_in_ = false;
  next_.reset();
  waiting_.clear();
  last_ = Time::zero();
  told_bad_ = false;
}

std::string Lag::ping(Time now) {
  if (next_) next_ = now + interval_;
  if (waiting_.size() == most_waiting) waiting_.pop_back();  // the oldest says the most
  waiting_.push_back({++last_number_, now});
  return format_line("PING", {token_of(last_number_)});
}

std::string Lag::take(Time now) {
  return next_ && now >= *next_ ? ping(now) : std::string{};
}

std::optional<Time> Lag::answered(Time now, std::string_view token) {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Ping& ping) { return token_of(ping.number) == token; });
  if (found == waiting_.end()) return std::nullopt;
  last_ = now - found->sent;
  waiting_.erase(waiting_.begin(), found + 1);  // a server answers in order
  if (!next_) return std::nullopt;
  return last_;
}

std::string Lag::changed(Time now) {
  if (!next_) return {};
  const auto lag = at_least(now);
  if ((lag > bad) == told_bad_) return {};
  told_bad_ = !told_bad_;
  return told_bad_ ? "the server is slow: it takes over " + in_seconds(bad) + " to answer"
                   : "the server is no longer slow";
}

std::optional<Time> Lag::due() const {
  const auto bad_at = turns_bad_at();
  return bad_at && (!next_ || *bad_at < *next_) ? bad_at : next_;
}

/// While a PING waits, the last measurement may be out of date in one direction only.
Time Lag::at_least(Time now) const {
  return waiting_.empty() ? last_ : std::max(last_, now - waiting_.front().sent);
}

std::optional<Time> Lag::turns_bad_at() const {
  if (!next_ || told_bad_ || waiting_.empty()) return std::nullopt;
  return waiting_.front().sent + bad + Time{1};
}

}  // namespace tubes::irc
