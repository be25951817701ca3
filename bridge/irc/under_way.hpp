#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <tubes/bridge/irc/command.hpp>
#include <tubes/bridge/irc/receipt.hpp>
#include <tubes/bridge/irc/waiting.hpp>

namespace tubes::irc {

/// The commands whose lines are in the queue or in flight: puts the fates of a command's lines
/// together to the command's own.
class UnderWay {
 public:
  struct Ended {
    Command command;
    Fate fate{};
  };
  struct Interrupted {
    std::map<Ticket, Command> untouched;  ///< nothing of them was sent
    std::vector<Ended> ended;             ///< all the others
  };

  void begin(Ticket ticket, Command command, std::size_t lines);
  /// One of its lines leaves. Says whether anybody wants to know its fate.
  bool leaves(Ticket ticket);
  /// The fate of one of its lines; the command's, if it was the last.
  std::optional<Ended> ended(Ticket ticket, Fate fate);

  /// Nothing more is sent or heard. What was begun and not sent whole has failed, with this code
  /// and reason; what the server said nothing about is unknown.
  Interrupted interrupt(const char* code, const std::string& reason);

  bool empty() const noexcept { return sending_.empty(); }

 private:
  struct Sending {
    Command command;
    std::size_t lines = 0, sent = 0, ended = 0;
    Fate worst{};
  };

  static Fate broken(Sending& sending, const char* code, const std::string& reason);

  std::map<Ticket, Sending> sending_;
};

}  // namespace tubes::irc
