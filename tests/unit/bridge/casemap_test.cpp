#include <doctest/doctest.h>

#include <tubes/bridge/irc/isupport.hpp>

namespace tubes::irc {
namespace {

Isupport learned(const char* tokens) {
  Isupport isupport;
  const auto line = parse_line(std::string{"005 me "} + tokens + " :are supported by this server");
  isupport.learn(*line);
  return isupport;
}

TEST_CASE("rfc1459 takes []\\~ for {}|^, its strict form not the tilde, and ascii only letters") {
  CHECK(same_name(Casemap::rfc1459, "Bob[]\\~", "bOB{}|^"));
  CHECK(same_name(Casemap::strict_rfc1459, "Bob[]\\", "bOB{}|"));
  CHECK_FALSE(same_name(Casemap::strict_rfc1459, "~", "^"));
  CHECK(same_name(Casemap::ascii, "Bob", "bOB"));
  CHECK_FALSE(same_name(Casemap::ascii, "bob[", "bob{"));
}

TEST_CASE("names of different length differ") {
  CHECK_FALSE(same_name(Casemap::ascii, "bob", "bobby"));
  CHECK_FALSE(same_name(Casemap::ascii, "bobby", "bob"));
}

TEST_CASE("folded names are equal where the network takes them for one") {
  CHECK(fold(Casemap::rfc1459, "#A[") == fold(Casemap::rfc1459, "#a{"));
  CHECK(fold(Casemap::ascii, "#A[") != fold(Casemap::ascii, "#a{"));
}

TEST_CASE("ISUPPORT is learned, and what it does not say keeps the defaults of RFC 1459") {
  const auto isupport = learned("CASEMAPPING=ascii NICKLEN=16 CHANTYPES=# PREFIX=(qov)~@+ BOT=B");
  CHECK(isupport.casemap == Casemap::ascii);
  CHECK(isupport.nick_length == 16);
  CHECK(isupport.channel_types == "#");
  CHECK(isupport.prefixes == "~@+");
  CHECK(isupport.channel_length == 200);
  CHECK(Isupport{}.casemap == Casemap::rfc1459);
}

TEST_CASE("an ISUPPORT number that is none is passed over") {
  CHECK_FALSE(learned("NICKLEN=many").nick_length);
  CHECK(learned("CHANNELLEN=0").channel_length == 200);
}

TEST_CASE("a channel has a known type, a name, no space, comma or control, and is not too long") {
  const Isupport isupport = learned("CHANTYPES=# CHANNELLEN=8");
  CHECK(isupport.is_channel("#tubes"));
  for (const char* text : {"", "#", "tubes", "&tubes", "#a b", "#a,#b", "#a\x07", "#12345678"}) {
    CHECK_FALSE(isupport.is_channel(text));
  }
}

TEST_CASE("a nick is no channel, mask, list or number") {
  const Isupport isupport = learned("NICKLEN=8");
  for (const char* text : {"bob", "[b]ob_", "b-9", "é"}) CHECK(isupport.is_nick(text));
  for (const char* text : {"", "9bob", "-bob", "#bob", "a b", "a,b", "a!b@c", "$*", "a.b", ":a",
                           "123456789", "abcdefghi"}) {
    CHECK_FALSE(isupport.is_nick(text));
  }
}

}  // namespace
}  // namespace tubes::irc
