#include <doctest/doctest.h>

#include <tubes/bridge/irc/secrets.hpp>

namespace tubes::irc {
namespace {

TEST_CASE("each secret is hidden wherever it stands") {
  Secrets secrets;
  CHECK(secrets.hidden("nothing to hide") == "nothing to hide");
  secrets.add("");
  secrets.add("hunter");
  secrets.add("hunter2");
  CHECK(secrets.hidden("nothing to hide") == "nothing to hide");
  CHECK(secrets.hidden("hunter2 and hunter, hunter2hunter2") == "*** and ***, ******");
}

TEST_CASE("a secret is hidden as it is printed, too") {
  Secrets secrets;
  secrets.add("a\x02p\xE4ss");
  CHECK(secrets.hidden("[a?päss]") == "[***]");
}

TEST_CASE("an excerpt shows no part of a secret, wherever it is cut") {
  Secrets secrets;
  secrets.add("hunter2");
  CHECK(secrets.excerpt("1234 hunter2 and \x02more", 8) == "1234 ***");
  CHECK(secrets.excerpt("1234 hunter2 and \x02more", 15) == "1234 *** and ?m");
  CHECK(secrets.excerpt("short", 80) == "short");
}

}  // namespace
}  // namespace tubes::irc
