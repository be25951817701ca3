#include <string>

#include <doctest/doctest.h>

#include <tubes/bus/engine/numbers.hpp>
#include <tubes/bus/heartbeat.hpp>

using tubes::Heartbeat;
using tubes::Numbers;
using tubes::parse_heartbeat;
using tubes::to_text;

TEST_CASE("a heartbeat is read as it was written") {
  const Heartbeat heartbeat{"7f3a9c", true, {{"in", 17}, {"out.a", 18'446'744'073'709'551'615u}}};
  CHECK(to_text(heartbeat) == R"({"v":1,"publisher":"7f3a9c","final":true,)"
                              R"("last":{"in":17,"out.a":18446744073709551615}})");
  CHECK(parse_heartbeat(to_text(heartbeat)) == heartbeat);
}

TEST_CASE("a heartbeat may have spaces, another order, and members that nobody knows") {
  const auto read = parse_heartbeat(
      " { \"last\" : { \"in\" : 1 } ,\n\"new\":{\"a\":true},\"x\":\"y\",\"publisher\":\"p\","
      "\"v\":1}\t");
  CHECK(read == Heartbeat{"p", false, {{"in", 1}}});
}

TEST_CASE("what is no heartbeat is not taken for one") {
  for (const std::string text : {
           "",
           "{}",
           "null",
           R"({"v":1})",
           R"({"v":2,"publisher":"p","last":{}})",
           R"({"v":"1","publisher":"p","last":{}})",
           R"({"v":1,"publisher":"","last":{}})",
           R"({"v":1,"publisher":"a b","last":{}})",
           R"({"v":1,"publisher":7,"last":{}})",
           R"({"v":1,"publisher":"p\u0041","last":{}})",
           R"({"v":1,"publisher":"p","final":1})",
           R"({"v":1,"publisher":"p","last":{"in":-1}})",
           R"({"v":1,"publisher":"p","last":{"in":1.5}})",
           R"({"v":1,"publisher":"p","last":{"in":01}})",
           R"({"v":1,"publisher":"p","last":{"in":18446744073709551616}})",
           R"({"v":1,"publisher":"p","last":{"in":"1"}})",
           R"({"v":1,"publisher":"p","last":{"$in":1}})",
           R"({"v":1,"publisher":"p","last":{"":1}})",
           R"({"v":1,"publisher":"p","last":{"in":{"a":1}}})",
           R"({"v":1,"publisher":"p","last":{"in":1},})",
           R"({"v":1,"publisher":"p","last":{"in":1}}x)",
           R"({"v":1,"publisher":"p","last":{"in":1})",
           R"({"v":1,"publisher":"p","last":[]})",
       }) {
    CAPTURE(text);
    CHECK_FALSE(parse_heartbeat(text));
  }
  CHECK_FALSE(parse_heartbeat(std::string("{\"v\":1,\"publisher\":\"p\0\"}", 25)));
  CHECK_FALSE(parse_heartbeat(R"({"v":1,"publisher":")" + std::string(129, 'p') + "\"}"));
  CHECK_FALSE(parse_heartbeat(R"({"v":1,"publisher":"p"})" + std::string(40'000, ' ')));
}

TEST_CASE("a heartbeat that is cut anywhere is none") {
  const std::string text = to_text({"p", false, {{"in", 1}, {"out", 2}}});
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(parse_heartbeat(text.substr(0, size)));
  }
}

TEST_CASE("each number is stated twice after it changed, and then no more") {
  Numbers numbers("p");
  CHECK_FALSE(numbers.owing());
  numbers.use("in");
  numbers.use("in");
  CHECK(numbers.last("in") == 2);
  const std::vector both{to_text({"p", false, {{"in", 2}}})};
  CHECK(numbers.statements() == both);
  numbers.use("out");
  CHECK(numbers.statements() == std::vector{to_text({"p", false, {{"in", 2}, {"out", 1}}})});
  CHECK(numbers.statements() == std::vector{to_text({"p", false, {{"out", 1}}})});
  CHECK_FALSE(numbers.owing());
  numbers.owe_everything();
  CHECK(numbers.statements() == std::vector{to_text({"p", false, {{"in", 2}, {"out", 1}}})});
}

TEST_CASE("ten thousand topics are stated in heartbeats that every reader takes") {
  Numbers numbers("p");
  for (int i = 0; i < 10'000; ++i)
    numbers.use("a.topic.with.a.long.name." + std::string(200, 'x') + std::to_string(i));
  const auto texts = numbers.final_statements();
  std::size_t topics = 0;
  for (const auto& text : texts) {
    const auto heartbeat = parse_heartbeat(text);
    REQUIRE(heartbeat);
    topics += heartbeat->last.size();
    CHECK(heartbeat->final == (&text == &texts.back()));
  }
  CHECK(topics == 10'000);
  CHECK(texts.size() > 50);
}
