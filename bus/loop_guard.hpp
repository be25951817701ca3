#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include <tubes/bus/clock.hpp>

namespace tubes {

/// Whether a bot may answer somebody. Bots that answer each other do it for ever, so none is
/// answered that is known to be one, nor the bot itself, nor whoever makes it say too much in too
/// short a time. Not thread-safe.
class LoopGuard {
 public:
  /// What the typed client holds a bot to: answers to one sender in one place.
  static constexpr std::size_t most_of_one_text = 5, most_of_any = 20;
  static constexpr Clock::Time window = std::chrono::seconds{60};

  struct Answer {
    std::string_view network, channel, sender;  ///< of the message that is answered
    bool to_bot = false;                        ///< the network marks the sender as a bot
    std::string_view text;
    bool to_self = false;  ///< the message says that the bot itself said it
  };
  struct Verdict {
    bool may = true;
    std::string why{};  ///< why not; "" if that was told before
  };

  /// Whether to give this answer, which counts as given. Once somebody is not answered for
  /// repetition, it stays so until the bot has had nothing to answer them for a whole window.
  Verdict ask(const Answer& answer, Clock::Time now);

  /// The bot is called `nick` on the network; until it is told otherwise.
  void own_nick(std::string_view network, std::string_view nick);
  /// `from` is called `to` from now on: perhaps it is us.
  void renamed(std::string_view network, std::string_view from, std::string_view to);

 private:
  static constexpr Clock::Time long_ago = -window;

  struct Given {
    Clock::Time at;
    std::size_t text;  ///< its hash
  };
  struct Talk {
    std::deque<Given> given;  ///< within the window, at most most_of_any
    Clock::Time last = long_ago, last_to_bot = long_ago;
    bool broken_off = false;
  };
  Verdict ask_of(Talk& talk, const Answer& answer, Clock::Time now);
  bool is_own(const Answer& answer) const;
  Talk& talk_of(const Answer& answer, Clock::Time now);

  std::map<std::string, Talk> talks_;
  std::map<std::string, std::string, std::less<>> own_nicks_;  ///< by network
};

}  // namespace tubes
