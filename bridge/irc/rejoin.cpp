#include <algorithm>
#include <array>

#include <tubes/bridge/irc/rejoin.hpp>

namespace tubes::irc {
namespace {

using namespace std::chrono_literals;

/// What does not change by itself is asked for rarely: nobody lifts a ban because we knock.
constexpr std::array rules{
    RejoinRule{RejoinRule::kick, 5s, 5min, ""},
    RejoinRule{405, Time::max(), Time::max(), "that many channels at once are too many for it"},
    RejoinRule{471, 1min, 10min, ""},  // full
    RejoinRule{473, 1min, 10min, "an INVITE lets the bot in at once"},
    RejoinRule{474, 5min, 1h, "somebody there has to lift the ban"},
    RejoinRule{475, 5min, 1h, ""},  // Channels knows what it lacks
    RejoinRule{477, 5min, 1h, "it may let in only who is logged in (sasl, nickserv)"},
};

constexpr RejoinRule any_other{-1, 1min, 10min, ""};

}  // namespace

const RejoinRule& rejoin_rule(int cause) {
  const auto* const found = std::find_if(
      rules.begin(), rules.end(), [&](const RejoinRule& rule) { return rule.cause == cause; });
  return found == rules.end() ? any_other : *found;
}

Time RejoinBackoff::next(const RejoinRule& rule, Time in) {
  const bool again = last_ == &rule && in < stayed_in;
  last_ = &rule;
  if (rule.never()) return rule.first;
  delay_ = again ? std::min(2 * delay_, rule.longest) : rule.first;
  return delay_;
}

}  // namespace tubes::irc
