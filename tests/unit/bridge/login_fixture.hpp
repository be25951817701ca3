#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "session_fixture.hpp"

namespace tubes::irc {

inline constexpr const char* secret = "hunter2";
inline constexpr const char* plain_line =
    "AUTHENTICATE Ym90AGJvdABodW50ZXIy\r\n";  // bot, bot, hunter2
inline constexpr const char* first_lines = "CAP LS 302\r\nNICK bot\r\nUSER user 0 * :A Bot\r\n";

inline SessionOptions with_sasl(std::vector<std::string> mechanisms, bool required = true) {
  auto options = bot_options();
  options.sasl = SaslOptions{std::move(mechanisms), {"bot", secret, ""}, required};
  return options;
}

inline SessionOptions with_nickserv() {
  auto options = bot_options();
  options.nickserv = NickservOptions{secret, ""};
  return options;
}

/// A session that has the capability sasl.
struct LoginConversation : Conversation {
  explicit LoginConversation(const SessionOptions& options, const std::string& offer = "sasl")
      : Conversation(options) {
    session.connected(now);
    CHECK(session.take().bytes == first_lines);
    CHECK(server(":s CAP * LS :" + offer).bytes == "CAP REQ :sasl\r\n");
    begun = server(":s CAP * ACK :sasl").bytes;
  }
  std::string begun;

  /// Up to the server's last word about PLAIN.
  void say_password() {
    CHECK(begun == "AUTHENTICATE PLAIN\r\n");
    CHECK(server("AUTHENTICATE +").bytes == plain_line);
  }
};

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

}  // namespace tubes::irc
