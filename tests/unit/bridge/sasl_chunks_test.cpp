#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/sasl/chunks.hpp>
#include <tubes/bus/error.hpp>
#include <tubes/proto/text/base64.hpp>

namespace tubes::irc {
namespace {

using namespace std::string_literals;

/// A line of so many 'A's: the base64 of NULs, three for four.
std::string line_of(std::size_t count) {
  return "AUTHENTICATE " + std::string(count, 'A') + "\r\n";
}

TEST_CASE("a response is cut at 400 bytes of base64, and ends with a shorter chunk or '+'") {
  const auto lines = [](std::size_t bytes) { return authenticate_lines(std::string(bytes, '\0')); };
  const auto plus = "AUTHENTICATE +\r\n"s;
  CHECK(lines(0) == plus);
  CHECK(lines(3) == line_of(4));
  CHECK(lines(297) == line_of(396));
  CHECK(lines(300) == line_of(400) + plus);
  CHECK(lines(303) == line_of(400) + line_of(4));
  CHECK(lines(600) == line_of(400) + line_of(400) + plus);
}

TEST_CASE("PLAIN's example of IRCv3 leaves as the specification shows it") {
  CHECK(authenticate_lines("jilles\0jilles\0sesame"s) ==
        "AUTHENTICATE amlsbGVzAGppbGxlcwBzZXNhbWU=\r\n");
}

TEST_CASE("a challenge is read up to its shorter chunk, and then another") {
  ChallengeReader reader;
  CHECK(reader.add("+") == "");
  CHECK(reader.add("Zm9v") == "foo");
  CHECK_FALSE(reader.add(std::string(400, 'A')));
  CHECK_FALSE(reader.add(std::string(400, 'A')));
  CHECK(reader.add("+") == std::string(600, '\0'));
  CHECK_FALSE(reader.add(std::string(400, 'A')));
  CHECK(reader.add("AAAA") == std::string(303, '\0'));
}

TEST_CASE("a challenge that is no base64 or has no end is refused") {
  CHECK_THROWS_AS(ChallengeReader{}.add("Zm9"), Error);
  CHECK_THROWS_AS(ChallengeReader{}.add("*"), Error);
  CHECK_THROWS_AS(ChallengeReader{}.add(std::string(404, 'A')), Error);
  ChallengeReader endless;
  for (std::size_t i = 0; i < ChallengeReader::limit / sasl_chunk; ++i) {
    REQUIRE_FALSE(endless.add(std::string(sasl_chunk, 'A')));
  }
  CHECK_THROWS_AS(endless.add(std::string(sasl_chunk, 'A')), Error);
}

TEST_CASE("a response that was cut is read as it was") {
  for (std::size_t size = 0; size < 1300; size += 7) {
    const auto response = std::string(size, 'x');
    ChallengeReader reader;
    std::optional<std::string> read;
    std::string_view lines;
    const auto all = authenticate_lines(response);
    for (lines = all; !lines.empty(); lines.remove_prefix(lines.find('\n') + 1)) {
      REQUIRE_FALSE(read);
      read = reader.add(lines.substr(13, lines.find('\r') - 13));
    }
    CHECK(read == response);
  }
}

}  // namespace
}  // namespace tubes::irc
