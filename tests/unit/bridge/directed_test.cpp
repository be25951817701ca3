#include <doctest/doctest.h>

#include <tubes/bridge/irc/directed.hpp>

namespace tubes::irc {
namespace {

std::optional<std::string_view> in_channel(std::string_view text) {
  return directed_text(text, "Bot[1]", Casemap::rfc1459, false);
}

TEST_CASE("a text is directed by the nick with a colon or comma, in any case") {
  CHECK(in_channel("Bot[1]: do it") == "do it");
  CHECK(in_channel("bot{1},  do it") == "do it");
  CHECK(in_channel("Bot[1]:do it") == "do it");
  CHECK(in_channel("Bot[1]:") == "");
}

TEST_CASE("a text is directed by a leading exclamation mark") {
  CHECK(in_channel("!do it") == "do it");
}

TEST_CASE("other texts in a channel are directed at nobody") {
  for (const char* text : {"", "do it", "Bot[1] do it", "Bot[1]s: do it", "Bot: do it", "!", "!!!",
                           "! no", "hey Bot[1]: do it"}) {
    CHECK_FALSE(in_channel(text));
  }
}

TEST_CASE("every private text is directed, with the address removed if it has one") {
  for (const char* text : {"do it", "Bot[1]: do it", "!do it"}) {
    CHECK(directed_text(text, "Bot[1]", Casemap::rfc1459, true) == "do it");
  }
}

}  // namespace
}  // namespace tubes::irc
