#pragma once

#include <optional>
#include <string>
#include <utility>

#include <tubes/bridge/irc/flood.hpp>

namespace tubes::irc {

/// Takes the wanted nick back that another had when we came. A sign that it is free is answered
/// once, and one in each `pause` at most: nothing is asked again and again.
///
/// The server tells, where it has MONITOR (IRCv3 monitor); else what we see in our channels does.
class NickRegain {
 public:
  NickRegain(std::string nick, Time pause) : wanted_(std::move(nick)), pause_(pause) {}

  /// For a new connection.
  void reset();
  /// The wanted nick was refused, because another has it.
  void missed() noexcept { state_ = State::missed; }
  /// We are let in, under another nick if missed() was said. Returns what to send.
  std::string let_in(bool monitor);
  /// We have the nick, or want another now. Returns what to send.
  std::string stop();

  /// A sign that nobody has the nick any more.
  void freed(Time now);
  /// The NICK that is due.
  std::string take(Time now);
  std::optional<Time> due() const noexcept { return due_; }

 private:
  enum class State { off, missed, watching, monitoring };

  std::string wanted_;
  Time pause_;
  State state_ = State::off;
  std::optional<Time> due_, asked_;
};

}  // namespace tubes::irc
