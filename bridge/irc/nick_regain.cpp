#include <algorithm>
#include <utility>

#include <tubes/bridge/irc/line.hpp>
#include <tubes/bridge/irc/nick_regain.hpp>

namespace tubes::irc {

void NickRegain::reset() {
  state_ = State::off;
  due_.reset();
  asked_.reset();
}

std::string NickRegain::let_in(bool monitor) {
  if (state_ != State::missed) return {};
  state_ = monitor ? State::monitoring : State::watching;
  return monitor ? format_line("MONITOR", {"+", wanted_}) : std::string{};
}

std::string NickRegain::stop() {
  const bool monitored = state_ == State::monitoring;
  reset();
  return monitored ? format_line("MONITOR", {"-", wanted_}) : std::string{};
}

void NickRegain::freed(Time now) {
  if (state_ != State::watching && state_ != State::monitoring) return;
  if (!due_) due_ = asked_ ? std::max(now, *asked_ + pause_) : now;
}

std::string NickRegain::take(Time now) {
  if (!due_ || now < *due_) return {};
  due_.reset();
  asked_ = now;
  return format_line("NICK", {wanted_});
}

}  // namespace tubes::irc
