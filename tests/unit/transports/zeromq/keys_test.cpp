#include <string>

#include <doctest/doctest.h>

#include <tubes/bus/error.hpp>
#include <tubes/transports/zeromq/keys.hpp>

using namespace tubes::zeromq;
using tubes::Error;
using tubes::ErrorCode;

TEST_CASE("a key is the same in hexadecimal and in Z85") {
  // RFC 26's example of a public key.
  const std::string z85 = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
  const std::string hex = "bb88471d65e2659b30c55a5321cebb5aab2b70a398645c26dca2b2fcb43fc518";
  REQUIRE(to_key(z85));
  CHECK(to_key(z85) == to_key(hex));
  CHECK(hexadecimal(*to_key(z85)) == hex);
  CHECK(from_hexadecimal(hex) == to_key(hex));
  CHECK_FALSE(from_hexadecimal(z85));
}

TEST_CASE("what is no key is none") {
  for (const auto& text :
       {std::string(), std::string(63, 'a'), std::string(64, 'g'), std::string(65, 'a'),
        std::string(39, 'a'), std::string(41, 'a'), std::string(40, ' '), std::string(40, '\0'),
        std::string(64, '-'), "+" + std::string(63, '0')})
    CHECK_FALSE(to_key(text));
}

TEST_CASE("a new pair belongs together, and no two are the same") {
  const auto pair = new_keys();
  CHECK(keys_of(pair.secret_key).public_key == pair.public_key);
  CHECK(pair.public_key != pair.secret_key);
  CHECK(new_keys().secret_key != pair.secret_key);
}

TEST_CASE("a libzmq without CURVE is said to be unsupported") {
  try {
    require_curve(false);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::unsupported);
    CHECK(std::string(error.what()).find("built without CURVE") != std::string::npos);
  }
  CHECK_NOTHROW(require_curve(true));
}
