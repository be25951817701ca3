#include <string>

#include <doctest/doctest.h>

#include <tubes/bridge/irc/line.hpp>
#include <tubes/bridge/irc/line_reader.hpp>
#include <tubes/bus/error.hpp>

namespace tubes::irc {
namespace {

using namespace std::string_literals;

TEST_CASE("a line is read into tags, prefix, command, parameters and the trailing one") {
  const auto line = parse_line("@time=x;a=b :bob!b@host privmsg #a  b :hello  :there");
  REQUIRE(line);
  CHECK(line->tags == "time=x;a=b");
  CHECK(line->prefix == "bob!b@host");
  CHECK(line->nick() == "bob");
  CHECK(line->command == "PRIVMSG");
  CHECK(line->params == std::vector<std::string>{"#a", "b", "hello  :there"});
}

TEST_CASE("the nick of a prefix ends at '!' or '@', and a server's name is whole") {
  CHECK(parse_line(":bob@host X")->nick() == "bob");
  CHECK(parse_line(":irc.example.org 001 me")->nick() == "irc.example.org");
  CHECK(parse_line("PING x")->nick().empty());
}

TEST_CASE("an empty trailing parameter is a parameter") {
  CHECK(parse_line("TOPIC #a :")->params == std::vector<std::string>{"#a", ""});
  CHECK(parse_line("TOPIC #a ")->params == std::vector<std::string>{"#a"});
}

TEST_CASE("only a command of three digits is a numeric") {
  CHECK(parse_line("433 * bob")->numeric() == 433);
  CHECK(parse_line("43a")->numeric() == 0);
  CHECK(parse_line("4333")->numeric() == 0);
}

TEST_CASE("text without a command is no line") {
  CHECK_FALSE(parse_line(""));
  CHECK_FALSE(parse_line("   "));
  CHECK_FALSE(parse_line(":only.a.prefix"));
  CHECK_FALSE(parse_line("@only=tags"));
}

TEST_CASE("a parameter that is missing reads as empty") {
  CHECK(parse_line("PART")->param(0).empty());
}

TEST_CASE("a line is written with CRLF and the text behind a colon") {
  CHECK(format_line("PRIVMSG", {"#a"}, "hi there") == "PRIVMSG #a :hi there\r\n");
  CHECK(format_line("JOIN", {"#a,#b", "key"}) == "JOIN #a,#b key\r\n");
}

TEST_CASE("CR, LF and NUL are refused in every field") {
  for (const std::string& bad : {"a\rb"s, "a\nb"s, "a\0b"s, "\r\nQUIT"s}) {
    CHECK_THROWS_AS(format_line(bad, {"#a"}, "text"), Error);
    CHECK_THROWS_AS(format_line("PRIVMSG", {bad}, "text"), Error);
    CHECK_THROWS_AS(format_line("PRIVMSG", {"#a"}, bad), Error);
  }
  CHECK_THROWS_WITH_AS(format_line("PRIVMSG", {"#a"}, "ab\n"),
                       "cannot send this IRC line: the text holds LF at byte 2", Error);
}

TEST_CASE("a middle parameter that is empty, has a space or starts with a colon is refused") {
  for (const char* bad : {"", "a b", ":a"}) {
    CHECK_THROWS_AS(format_line("KICK", {"#a", bad}, "reason"), Error);
  }
}

TEST_CASE("a command that is no word is refused") {
  for (const char* bad : {"", "JOIN #a", ":x", "@a"}) CHECK_THROWS_AS(format_line(bad, {}), Error);
}

TEST_CASE("a line over 512 bytes is refused, one of 512 is not") {
  const std::size_t around = std::string_view{"PRIVMSG #a :\r\n"}.size();
  CHECK(format_line("PRIVMSG", {"#a"}, std::string(max_line - around, 'x')).size() == max_line);
  CHECK_THROWS_AS(format_line("PRIVMSG", {"#a"}, std::string(max_line - around + 1, 'x')), Error);
}

TEST_CASE("a line of more than 15 parameters is refused, the trailing one counted") {
  const std::vector<std::string_view> fourteen(14, "x"), fifteen(15, "x");
  CHECK(parse_line(format_line("MODE", fourteen, "x"))->params.size() == max_params);
  CHECK_NOTHROW(format_line("MODE", fifteen));
  CHECK_THROWS_AS(format_line("MODE", fifteen, "x"), Error);
  CHECK_THROWS_AS(format_line(*parse_line("MODE 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16")), Error);
}

TEST_CASE("a line that was read is written again without tags and prefix") {
  CHECK(format_line(*parse_line("@a=b :x TOPIC #a :")) == "TOPIC #a :\r\n");
  CHECK(format_line(*parse_line("topic #a :new topic")) == "TOPIC #a :new topic\r\n");
  CHECK(format_line(*parse_line("JOIN #a")) == "JOIN #a\r\n");
}

TEST_CASE("the reader ends lines at CRLF, LF and a lone CR, and skips empty ones") {
  LineReader reader;
  reader.feed("one\r\ntwo\n\r\n\nthree\rfour\r\n");
  for (const char* expected : {"one", "two", "three", "four"}) {
    const auto read = reader.next();
    REQUIRE(read);
    CHECK(read->text == expected);
  }
  CHECK_FALSE(reader.next());
}

TEST_CASE("the reader waits for the rest of a line, wherever it was cut") {
  const std::string_view stream = "PING x\r\nPING y\r\n";
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    LineReader reader;
    std::vector<std::string> lines;
    for (const auto piece : {stream.substr(0, cut), stream.substr(cut)}) {
      reader.feed(piece);
      while (const auto read = reader.next()) lines.push_back(read->text);
    }
    CHECK(lines == std::vector<std::string>{"PING x", "PING y"});
  }
}

TEST_CASE("an over-long line is reported with its size, and the next one is read") {
  for (const std::size_t piece : {std::size_t{1000}, std::size_t{1} << 20}) {
    LineReader reader;
    const std::string text = std::string(LineReader::limit + 1, 'x') + "\r\nPING y\r\n";
    std::vector<LineReader::Read> reads;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      reader.feed(std::string_view{text}.substr(at, piece));
      while (const auto read = reader.next()) reads.push_back(*read);
    }
    REQUIRE(reads.size() == 2);
    CHECK(reads[0].too_long());
    CHECK(reads[0].size == LineReader::limit + 1);
    CHECK(reads[0].text == std::string(4096, 'x'));
    CHECK(reads[1].text == "PING y");
    CHECK_FALSE(reads[1].too_long());
  }
}

TEST_CASE("a line of just the limit is whole") {
  LineReader reader;
  reader.feed(std::string(LineReader::limit, 'x') + "\n");
  const auto read = reader.next();
  REQUIRE(read);
  CHECK_FALSE(read->too_long());
  CHECK(read->text.size() == LineReader::limit);
}

}  // namespace
}  // namespace tubes::irc
