#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/formatting.hpp>

namespace tubes::irc {
namespace {

TEST_CASE("bold, italics and the like are taken out of a text") {
  CHECK(without_formatting("\x02"
                           "bold\x02 \x1ditalic\x1f\x1e\x11\x16 plain\x0f") == "bold italic plain");
  CHECK(without_formatting("nothing to do") == "nothing to do");
  CHECK(without_formatting("").empty());
}

TEST_CASE("a colour goes with its numbers, and with no digit more") {
  CHECK(without_formatting("\x03"
                           "4red\x03 plain") == "red plain");
  CHECK(without_formatting("\x03"
                           "04,12on blue") == "on blue");
  CHECK(without_formatting("\x03"
                           "123") == "3");
  CHECK(without_formatting("\x03"
                           "4,red") == ",red");
  CHECK(without_formatting("\x03"
                           ",4") == ",4");
  CHECK(without_formatting("\x03") == "");
}

TEST_CASE("a colour may be a value of six hexadecimal digits") {
  CHECK(without_formatting("\x04"
                           "ff0000red") == "red");
  CHECK(without_formatting("\x04"
                           "FF0000,00ff00x") == "x");
  CHECK(without_formatting("\x04"
                           "ff00 is none") == "ff00 is none");
}

}  // namespace
}  // namespace tubes::irc
