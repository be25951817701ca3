#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/encoding.hpp>
#include <tubes/bridge/irc/text.hpp>

namespace tubes::irc {
namespace {

std::string read_as(std::string_view encoding, std::string_view bytes) {
  return Encoding::named(encoding).value().to_utf8(bytes);
}

TEST_CASE("text that is not UTF-8 is read in the encoding of the network") {
  CHECK(Encoding{}.to_utf8("\x80 caf\xE9") == "€ café");
  CHECK(read_as("windows-1252", "\x80 caf\xE9") == "€ café");
  CHECK(read_as("iso-8859-15", "\xA4 caf\xE9") == "€ café");
  CHECK(read_as("iso-8859-2", "\xB1") == "ą");
  CHECK(read_as("windows-1251", "\xCF\xF0\xE8") == "При");
  CHECK(read_as("koi8-r", "\xF0\xD2\xC9") == "При");
  CHECK(read_as("cp932", "\x83\x65\x83\x58\x83\x67") == "テスト");
  CHECK(read_as("gb18030", "\xC4\xE3") == "你");
}

TEST_CASE("UTF-8 stays as it is, whatever the encoding of the network") {
  for (const char* name : {"windows-1252", "koi8-r", "gb18030"}) {
    CHECK(read_as(name, "café 😀") == "café 😀");
    CHECK(read_as(name, "").empty());
  }
}

TEST_CASE("what an encoding has no character for becomes U+FFFD, and the rest is read") {
  CHECK(read_as("windows-1253", "\xE1\xD2\xE2") == "α\uFFFDβ");
  CHECK(read_as("cp932", "a\x83") == "a\uFFFD");
}

TEST_CASE("a long text is read whole, and becomes UTF-8 whatever its bytes") {
  CHECK(read_as("koi8-r", std::string(3000, '\xC1')).size() == 6000);
  std::string all;
  for (int i = 1; i < 256; ++i) all += static_cast<char>(i);
  const auto list = Encoding::names();
  for (std::size_t at = 0, end = 0; end != list.npos; at = end + 2) {
    end = list.find(", ", at);
    const auto name = list.substr(at, end - at);
    CAPTURE(name);
    const auto encoding = Encoding::named(name);
    REQUIRE(encoding);
    CHECK(encoding->name() == name);
    CHECK(encoding->usable());
    CHECK(is_utf8(encoding->to_utf8(all)));
    CHECK(encoding->to_utf8("\xFF!").ends_with("!"));
    for (char c = 1; c < 127; ++c) {
      CHECK(encoding->to_utf8(std::string{c} + " \x80\x80\x80")[0] == c);
    }
  }
}

TEST_CASE("an encoding is known by its name in any case, and no other is") {
  CHECK(Encoding::named("ISO-8859-15")->name() == "iso-8859-15");
  CHECK_FALSE(Encoding::named("utf-16"));
  CHECK_FALSE(Encoding::named("utf-7"));
  CHECK_FALSE(Encoding::named(""));
}

}  // namespace
}  // namespace tubes::irc
