#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/session.hpp>

namespace tubes::irc {

using namespace std::chrono_literals;

inline SessionOptions bot_options() {
  SessionOptions options;
  options.network = "net";
  options.nick = "bot";
  options.user = "user";
  options.realname = "A Bot";
  options.channels = {"#a", "#b"};
  options.lag_interval = 0s;  // lag_test.cpp has its PINGs
  return options;
}

/// A session, the server's side of it, and the time.
struct Conversation {
  explicit Conversation(SessionOptions options = bot_options()) : session(std::move(options)) {}

  Session session;
  Time now = 100s;

  Session::Output server(std::string_view line) {
    session.bytes(now, std::string{line} + "\r\n");
    return session.take();
  }

  Session::Output tick(Time passed) {
    now += passed;
    session.tick(now);
    return session.take();
  }

  /// Up to the end of the MOTD; the channels are asked for in what is returned.
  Session::Output register_as(const std::string& nick) {
    session.connected(now);
    server(":s 001 " + nick + " :Welcome");
    return server(":s 376 " + nick + " :End of /MOTD");
  }
};

/// The events of one type.
template <class Event>
std::vector<Event> events(const Session::Output& output) {
  std::vector<Event> found;
  for (const auto& message : output.events) {
    if (const auto* event = std::get_if<Event>(&message)) found.push_back(*event);
  }
  return found;
}

}  // namespace tubes::irc
