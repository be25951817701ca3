#include <string>

#include <doctest/doctest.h>

#include <tubes/proto/text/base64.hpp>
#include <tubes/proto/text/excerpt.hpp>
#include <tubes/proto/text/utf8.hpp>

using namespace tubes;

TEST_CASE("text at the limits of UTF-8 is valid") {
  for (const char* text : {"", "abc", "\x7F", "\u0080", "\u07FF", "\u0800", "\uD7FF", "\uE000",
                           "\uFFFF", "\U00010000", "\U0010FFFF", "a long run of ASCII and é"}) {
    CAPTURE(text);
    CHECK(utf8::is_valid(text));
    CHECK(utf8::valid(text) == text);
  }
}

TEST_CASE("each maximal ill-formed part becomes one U+FFFD") {
  const auto replaced = [](std::string_view text) {
    CHECK_FALSE(utf8::is_valid(text));
    return utf8::valid(text);
  };
  CHECK(replaced("\x80") == "\uFFFD");
  CHECK(replaced("\xC0\xAF") == "\uFFFD\uFFFD");                      // overlong
  CHECK(replaced("\xE0\x9F\x80") == "\uFFFD\uFFFD\uFFFD");            // overlong
  CHECK(replaced("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");            // a surrogate
  CHECK(replaced("\xF4\x90\x80\x80") == "\uFFFD\uFFFD\uFFFD\uFFFD");  // over U+10FFFF
  CHECK(replaced("\xF0\x8F\xBF\xBF") == "\uFFFD\uFFFD\uFFFD\uFFFD");  // overlong
  CHECK(replaced("\xE2\x82z") == "\uFFFDz");
  CHECK(replaced("\xF0\x9F\x9A") == "\uFFFD");
  CHECK(replaced("eight...\xFF") == "eight...\uFFFD");
}

TEST_CASE("a surrogate is appended as U+FFFD") {
  std::string out;
  for (const char32_t code : {U'a', U'é', U'日', U'🚇', char32_t{0xD800}}) utf8::append(out, code);
  CHECK(out == "aé日🚇\uFFFD");
}

TEST_CASE("base64 of the examples of RFC 4648") {
  const char* pairs[][2] = {{"", ""},
                            {"f", "Zg=="},
                            {"fo", "Zm8="},
                            {"foo", "Zm9v"},
                            {"foob", "Zm9vYg=="},
                            {"fooba", "Zm9vYmE="},
                            {"\xFB\xFF", "+/8="}};
  for (const auto& [bytes, text] : pairs) {
    CHECK(base64::encode(bytes) == text);
    CHECK(base64::decode(text) == bytes);
  }
}

TEST_CASE("what is not base64 is refused") {
  for (const char* text : {"Z", "Zg", "Zg=", "Z===", "====", "Zm9v\n", "Z-8="}) {
    CAPTURE(text);
    CHECK_FALSE(base64::decode(text));
  }
}

TEST_CASE("an excerpt shows text as it is, and a dot for what is none") {
  CHECK(excerpt("née 🚇") == "née 🚇");
  CHECK(excerpt("a\r\n\x1B[0m\x7F\xC2\x9B\xFFz") == "a...[0m...z");
}

TEST_CASE("an excerpt is cut between characters") {
  CHECK(excerpt(std::string(120, 'a')) == std::string(120, 'a'));
  CHECK(excerpt(std::string(121, 'a')) == std::string(120, 'a') + "…");
  CHECK(excerpt(std::string(119, 'a') + "é") == std::string(119, 'a') + "…");
}
