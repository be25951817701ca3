// The code of docs/TESTING_BOTS.md, taken from the page: 1 is the bot, 2 its test, 3 the bot
// mended.
#include <doctest/doctest.h>

#include "includes.inc"

namespace racy {
#include "1.inc"
#include "2.inc"
}  // namespace racy

namespace mended {
#include "3.inc"
// The same test, of the other bot.
#include "2.inc"
}  // namespace mended

TEST_CASE("the page's bot passes on ideal, and is found out on every other profile") {
  CHECK(racy::learns_who_is_there("ideal"));
  for (const char* seed : {"0", "1", "2", "3", "4"})
    for (const std::string profile : {"zmq&seed=", "redis&seed="})
      CHECK_FALSE(racy::learns_who_is_there(profile + seed));
}

TEST_CASE("the page's bot without the race passes on every profile") {
  CHECK(mended::learns_who_is_there("ideal"));
  for (const char* seed : {"0", "1", "2", "3", "4"})
    for (const std::string profile : {"zmq&seed=", "redis&seed="})
      CHECK(mended::learns_who_is_there(profile + seed));
}
