#include <optional>
#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/fingerprint.hpp>

namespace tubes::bridge {
namespace {

const std::string digits = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

TEST_CASE("a fingerprint is read in either case, with colons or without") {
  CHECK(parse_fingerprint(digits) == digits);
  CHECK(parse_fingerprint("0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789abcdef") ==
        digits);
  std::string with_colons;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    with_colons += (i == 0 ? "" : ":") + digits.substr(i, 2);
  CHECK(parse_fingerprint(with_colons) == digits);
}

TEST_CASE("what is no SHA-256 fingerprint is none") {
  const auto sha1 = digits.substr(0, 40);
  for (const auto& text : {std::string{}, sha1, digits + "0", digits.substr(1), "SHA256:" + digits,
                           "g" + digits.substr(1), " " + digits}) {
    CHECK_FALSE(parse_fingerprint(text));
  }
}

}  // namespace
}  // namespace tubes::bridge
