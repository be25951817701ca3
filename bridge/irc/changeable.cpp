#include <tubes/bridge/irc/changeable.hpp>

namespace tubes::irc {

void take_changeable(SessionOptions& options, const SessionOptions& from) {
  options.channels = from.channels;
  options.semantics = from.semantics;
  options.self_messages = from.self_messages;
  options.strip_formatting = from.strip_formatting;
  options.rejoin = from.rejoin;
  options.bot_mode = from.bot_mode;
  options.flood = from.flood;
  options.waiting = from.waiting;
  options.lag_interval = from.lag_interval;
}

/// With it changes what is done about the server here, not what is read from options_ anew.
void Session::change(Time now, const SessionOptions& options) {
  const bool bot_mode_changed = options.bot_mode != options_.bot_mode;
  take_changeable(options_, options);
  lag_.change(now, options_.lag_interval);
  outgoing_.change(options_.flood, options_.waiting);
  auto parts = channels_.change(isupport_, options_.channels, now, joined_once_);
  if (phase_ == Phase::closed) return;
  if (bot_mode_changed && joined_once_) send_at_once(now, bot_mode_line());
  outgoing_.push_first(std::move(parts));
  outgoing_.push_first(due_joins(now));
  pump(now);
}

}  // namespace tubes::irc
