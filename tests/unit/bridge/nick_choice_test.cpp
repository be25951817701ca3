#include <doctest/doctest.h>

#include <tubes/bridge/irc/nick_choice.hpp>

namespace tubes::irc {
namespace {

TEST_CASE("alternates are the nick with underscores, then with digits, and then there are none") {
  NickChoice choice{"tubes"};
  for (const char* expected : {"tubes_", "tubes__", "tubes1", "tubes2", "tubes3", "tubes4",
                               "tubes5", "tubes6", "tubes7", "tubes8", "tubes9"}) {
    CHECK(choice.next(std::nullopt) == expected);
  }
  CHECK_FALSE(choice.next(std::nullopt));
  choice.reset();
  CHECK(choice.next(std::nullopt) == "tubes_");
}

TEST_CASE("alternates keep within NICKLEN") {
  NickChoice choice{"tubes"};
  CHECK(choice.next(5) == "tube_");
  CHECK(choice.next(5) == "tub__");
  CHECK(choice.next(5) == "tube1");
}

TEST_CASE("without a known NICKLEN a nick of nine characters or more does not grow") {
  NickChoice choice{"tubesbot9"};
  CHECK(choice.next(std::nullopt) == "tubesbot_");
  NickChoice longer{"tubesbot-longer"};
  CHECK(longer.next(std::nullopt) == "tubesbot-longe_");
}

}  // namespace
}  // namespace tubes::irc
