#include <doctest/doctest.h>

#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

TEST_CASE("well-formed UTF-8 of every length is recognised and left alone") {
  for (const char* text : {"", "abc", "é", "€", "😀", "a€b"}) {
    CHECK(is_utf8(text));
    CHECK(to_utf8(text) == text);
  }
}

TEST_CASE("overlong forms, surrogates, torn sequences and bytes past U+10FFFF are not UTF-8") {
  for (const char* text : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                           "\xF0\x80\x80\x80", "\xC3", "\xE2\x82", "\x80", "\xFF", "\xC3("}) {
    CHECK_FALSE(is_utf8(text));
  }
}

TEST_CASE("text that is not UTF-8 is read as Windows-1252") {
  CHECK(to_utf8("caf\xE9") == "café");
  CHECK(to_utf8("\x80 5") == "€ 5");
  CHECK(to_utf8("\x93quoted\x94") == "“quoted”");
  CHECK(to_utf8("\x81") == "\uFFFD");
}

TEST_CASE("a printable text has no control characters") {
  CHECK(printable("a\x1b[31m\r\nb\x7f") == "a?[31m??b?");
  CHECK(printable("caf\xE9") == "café");
}

TEST_CASE("an ACTION is told from other CTCP, and its text is unwrapped") {
  CHECK(
      is_action("\x01"
                "ACTION waves\x01"));
  CHECK(action_text("\x01"
                    "ACTION waves\x01") == "waves");
  CHECK(action_text("\x01"
                    "ACTION waves") == "waves");
  CHECK(action_text("\x01"
                    "ACTION\x01")
            .empty());
  CHECK_FALSE(
      is_action("\x01"
                "ACTIONS x\x01"));
  CHECK_FALSE(is_action("ACTION waves"));
  CHECK(is_ctcp("\x01VERSION\x01"));
  CHECK_FALSE(is_ctcp("VERSION"));
}

}  // namespace
}  // namespace tubes::irc
