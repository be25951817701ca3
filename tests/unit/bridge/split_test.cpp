#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/line.hpp>
#include <tubes/bridge/irc/split.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

using Parts = std::vector<std::string_view>;

TEST_CASE("text that fits is one part") {
  CHECK(split_text("hello", 5) == Parts{"hello"});
}

TEST_CASE("a text is cut at the last space that fits, and the space is dropped") {
  CHECK(split_text("one two three", 8) == Parts{"one two", "three"});
  CHECK(split_text("one two three", 7) == Parts{"one two", "three"});
  CHECK(split_text("one two three", 6) == Parts{"one", "two", "three"});
}

TEST_CASE("a word longer than the room is cut between characters") {
  CHECK(split_text("abcdef", 4) == Parts{"abcd", "ef"});
  CHECK(split_text("€€€", 4) == Parts{"€", "€", "€"});
  CHECK(split_text("a😀b", 4) == Parts{"a", "😀", "b"});
}

TEST_CASE("every part fits, is UTF-8, and together they are the text") {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "äöü€😀";
  for (std::size_t room = 4; room < 40; ++room) {
    std::string joined;
    for (const auto part : split_text(text, room)) {
      REQUIRE(part.size() <= room);
      REQUIRE(is_utf8(part));
      joined += part;
    }
    CHECK(joined == text);
  }
}

TEST_CASE("bytes that are not UTF-8 are cut all the same") {
  const std::string text(10, '\x80');
  CHECK(split_text(text, 4).size() == 3);
}

TEST_CASE("lines become parts of their own, and empty lines are dropped") {
  CHECK(split_text("a\nb\r\n\r\nc\rd\n", 10) == Parts{"a", "b", "c", "d"});
  CHECK(split_text("\r\n\n", 10).empty());
  CHECK(split_text("", 10).empty());
}

TEST_CASE("the room is what 512 bytes leave beside the prefix the server adds") {
  const std::string prefix = "bot!user@host";
  const auto room = text_room(prefix.size(), "PRIVMSG", "#tubes");
  const auto relayed = ":" + prefix + " PRIVMSG #tubes :" + std::string(room, 'x') + "\r\n";
  CHECK(relayed.size() == max_line);
  CHECK(text_room(prefix.size(), "PRIVMSG", "#tubes", 4096) == room + 4096 - max_line);
}

TEST_CASE("a target that fills the line leaves no room") {
  CHECK(text_room(100, "PRIVMSG", std::string(500, 'x')) == 0);
}

}  // namespace
}  // namespace tubes::irc
