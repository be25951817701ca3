#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/transports/zeromq/zap.hpp>

using namespace tubes::zeromq;

namespace {

using Views = std::vector<std::string_view>;
const std::string key(32, 'k');

}  // namespace

TEST_CASE("a ZAP request names who knocks, and the key that was proven") {
  const Views frames{"1.0", "7", "tubes", "10.0.0.5", "", "CURVE", key};
  const auto request = parse_zap(frames);
  REQUIRE(request);
  CHECK(request->id == "7");
  CHECK(request->address == "10.0.0.5");
  REQUIRE(request->key);
  CHECK(std::string(request->key->begin(), request->key->end()) == key);
}

TEST_CASE("a ZAP request without CURVE, or with a key of another size, has no key") {
  for (const Views& frames :
       {Views{"1.0", "7", "", "", "", "NULL"},
        Views{"1.0", "7", "", "", "", "PLAIN", "user", "password"},
        Views{"1.0", "7", "", "", "", "NULL", key}, Views{"1.0", "7", "", "", "", "CURVE"},
        Views{"1.0", "7", "", "", "", "CURVE", "short"},
        Views{"1.0", "7", "", "", "", "CURVE", key, key}}) {
    const auto request = parse_zap(frames);
    REQUIRE(request);
    CHECK_FALSE(request->key);
  }
}

TEST_CASE("what is no ZAP request of version 1.0 is none") {
  for (const Views& frames :
       {Views{}, Views{"1.0", "7", "", "", ""}, Views{"2.0", "7", "", "", "", "CURVE", key}})
    CHECK_FALSE(parse_zap(frames));
}

TEST_CASE("a ZAP answer allows with 200 and denies with 400") {
  CHECK(zap_answer("7", true) == OwnedFrames{"1.0", "7", "200", "OK", "", ""});
  CHECK(zap_answer("7", false)[2] == "400");
}
