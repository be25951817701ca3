#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <tubes/transports/redis/resp.hpp>

using namespace tubes::redis;
using namespace std::string_literals;

namespace {

std::string shown(const Value& value) {
  switch (value.kind) {
    case Value::Kind::status:
      return "+" + value.text;
    case Value::Kind::error:
      return "-" + value.text;
    case Value::Kind::integer:
      return ":" + std::to_string(value.integer);
    case Value::Kind::bulk:
      return "$" + value.text;
    case Value::Kind::too_long:
      return "long " + std::to_string(value.size());
    case Value::Kind::nil:
      return "nil";
    case Value::Kind::array:
      return "*";
  }
  return "?";
}

std::string shown(const Reply& reply) {
  std::string text = shown(reply.value);
  for (const auto& element : reply.elements) text += " " + shown(element);
  return text;
}

void read_all(ReplyReader& reader, std::vector<std::string>& replies) {
  while (const Reply* reply = reader.next()) replies.push_back(shown(*reply));
}

void read(std::string_view bytes) {
  ReplyReader reader;
  reader.feed(bytes);
  reader.next();
}

}  // namespace

TEST_CASE("a command is written with the length of each argument") {
  std::string out = "before";
  append_command(out, {"PUBLISH", "in", ""});
  CHECK(out == "before*3\r\n$7\r\nPUBLISH\r\n$2\r\nin\r\n$0\r\n\r\n");
}

TEST_CASE("an argument may hold any bytes, NUL and line ends too") {
  std::string out;
  append_command(out, {"SET", "a\0\r\n\xff"s});
  CHECK(out == "*2\r\n$3\r\nSET\r\n$5\r\na\0\r\n\xff\r\n"s);
}

TEST_CASE("replies of every kind are read, wherever the bytes are cut") {
  const auto bytes =
      "+OK\r\n-ERR no\r\n:-7\r\n$3\r\na\0b\r\n$-1\r\n$0\r\n\r\n"
      "*3\r\n$7\r\nmessage\r\n$2\r\nin\r\n$4\r\n\r\n\r\n\r\n*0\r\n*2\r\n:1\r\n$-1\r\n"s;
  const std::vector<std::string> expected = {
      "+OK", "-ERR no", ":-7", "$a\0b"s, "nil", "$", "* $message $in $\r\n\r\n", "*", "* :1 nil"};
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    for (std::size_t second = first; second <= bytes.size(); ++second) {
      ReplyReader reader;
      std::vector<std::string> replies;
      for (const auto& part :
           {bytes.substr(0, first), bytes.substr(first, second - first), bytes.substr(second)}) {
        reader.feed(part);
        read_all(reader, replies);
      }
      REQUIRE(replies == expected);
    }
  }
}

TEST_CASE("what is no RESP is an error") {
  CHECK_THROWS_AS(read("HTTP/1.1 400 Bad Request\r\n"), std::runtime_error);
  CHECK_THROWS_AS(read(":seven\r\n"), std::runtime_error);
  CHECK_THROWS_AS(read("$-5\r\n"), std::runtime_error);
  CHECK_THROWS_AS(read("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"),
                  std::runtime_error);
}

TEST_CASE("an array within an array is an error") {
  CHECK_THROWS_AS(read("*1\r\n*1\r\n:1\r\n"), std::runtime_error);
  CHECK_THROWS_WITH(read("*1\r\n*1\r\n*-7\r\n"), "an array within an array");
}

TEST_CASE("a value without a text does not keep that of an earlier reply") {
  ReplyReader reader;
  reader.feed("*1\r\n$2\r\nin\r\n*1\r\n:7\r\n");
  reader.next();
  CHECK(reader.next()->elements[0].text.empty());
}

TEST_CASE("a bulk that is too long is passed over by its size, wherever the bytes are cut") {
  const auto bytes =
      "$9\r\n123456789\r\n*4\r\n$8\r\npmessage\r\n$10\r\n\r\n*1\r\n$1\r\n\r\n$-1\r\n$9\r\n"
      "abc\r\n$2\r\n\r\n:7\r\n"s;
  const std::vector<std::string> expected = {"long 9", "* $pmessage long 10 nil long 9", ":7"};
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    for (std::size_t second = first; second <= bytes.size(); ++second) {
      ReplyReader reader(8);
      std::vector<std::string> replies;
      for (const auto& part :
           {bytes.substr(0, first), bytes.substr(first, second - first), bytes.substr(second)}) {
        reader.feed(part);
        read_all(reader, replies);
      }
      REQUIRE(replies == expected);
    }
  }
}

TEST_CASE("an array of too many elements is an error at its first line") {
  CHECK_THROWS_AS(read("*17\r\n"), std::runtime_error);
  CHECK_THROWS_AS(read("*2147483647\r\n"), std::runtime_error);
  CHECK_NOTHROW(read("*16\r\n"));
}

TEST_CASE("a line that does not end is an error") {
  for (const auto* start : {"+", "-", ":", "$", "*"}) {
    CHECK_THROWS_AS(read(start + std::string(70'000, '1')), std::runtime_error);
    CHECK_THROWS_AS(read(start + std::string(70'000, '1') + "\r\n"), std::runtime_error);
  }
}
