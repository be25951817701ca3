#pragma once

#include <string>

#include <tubes/bus/client.hpp>

/// The bot of the talk: says hello, and agrees.
class Greeter {
 public:
  Greeter(tubes::Client& irc, const std::string& hostname) {
    irc.on<tubes::in::Privmsg>([&irc, hostname](const tubes::in::Privmsg& m) {
      if (m.message == "hello") irc.reply(m, "Hello " + m.sender + ", greetings from " + hostname);
      if (m.message == "!woot") irc.reply(m, "Indeed!");
    });
  }
};
