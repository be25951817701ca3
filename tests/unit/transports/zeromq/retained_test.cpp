#include <string>

#include <doctest/doctest.h>

#include <tubes/transports/zeromq/retained.hpp>

using namespace tubes::zeromq;
using tubes::RetainedCall;
using Kind = RetainedCall::Kind;
using Status = Answer::Status;

namespace {

Status put(RetainedValues& values, const std::string& key, const std::string& value) {
  return values.answer({1, Kind::put, key, value}).status;
}

std::string get(RetainedValues& values, const std::string& key) {
  return values.answer({1, Kind::get, key, {}}).text;
}

}  // namespace

TEST_CASE("the last value put is the one that is read") {
  RetainedValues values(1'000, 100);
  CHECK(values.answer({3, Kind::get, "nick", {}}).status == Status::none);
  CHECK(put(values, "nick", "old") == Status::none);
  CHECK(put(values, "nick", "new") == Status::none);
  const auto answer = values.answer({3, Kind::get, "nick", {}});
  CHECK(answer.id == 3);
  CHECK(answer.status == Status::value);
  CHECK(answer.text == "new");
}

TEST_CASE("a value is shared by all who read it, also once another was put in its place") {
  RetainedValues values(1'000, 100);
  CHECK_FALSE(values.find("nick"));
  put(values, "nick", "old");
  const auto first = values.find("nick"), second = values.find("nick");
  CHECK(first == second);
  put(values, "nick", "new");
  CHECK(*first == "old");
  CHECK(*values.find("nick") == "new");
}

TEST_CASE("a removed value is gone, and removing nothing is no error") {
  RetainedValues values(1'000, 100);
  put(values, "nick", "x");
  CHECK(values.answer({1, Kind::remove, "nick", {}}).status == Status::none);
  CHECK(values.answer({1, Kind::get, "nick", {}}).status == Status::none);
  CHECK(values.answer({1, Kind::remove, "nick", {}}).status == Status::none);
  CHECK(values.keys() == 0);
  CHECK(values.bytes() == 0);
}

TEST_CASE("what goes beyond the bytes of all values is refused, and changes nothing") {
  constexpr auto overhead = RetainedValues::overhead;
  RetainedValues values(2 * overhead + 10, 100);
  CHECK(put(values, "a", "12345") == Status::none);
  CHECK(put(values, "b", "1234") == Status::refused);
  CHECK(get(values, "a") == "12345");
  CHECK(values.bytes() == overhead + 6);
  CHECK(put(values, "b", "123") == Status::none);
  CHECK(values.bytes() == 2 * overhead + 10);
  CHECK(values.keys() == 2);
}

TEST_CASE("a flood of empty values is bounded, too") {
  RetainedValues values(1'000, 100);
  std::size_t taken = 0;
  while (put(values, "k" + std::to_string(taken), "") == Status::none) ++taken;
  CHECK(taken == 1'000 / (RetainedValues::overhead + 2));
}

TEST_CASE("a value may be replaced where there is no room for a second one") {
  RetainedValues values(RetainedValues::overhead + 10, 100);
  CHECK(put(values, "a", "123456789") == Status::none);
  CHECK(put(values, "a", "987654321") == Status::none);
  CHECK(put(values, "a", "1234567890") == Status::refused);
  CHECK(get(values, "a") == "987654321");
}

TEST_CASE("a value beyond the largest size is refused with both sizes") {
  RetainedValues values(1'000, 4);
  const auto answer = values.answer({1, Kind::put, "nick", "12345"});
  CHECK(answer.status == Status::refused);
  CHECK(answer.text == "the value of nick has 5 bytes, the broker's limit is 4");
}

TEST_CASE("a key outside the grammar of topics is refused in every call") {
  RetainedValues values(1'000, 100);
  for (const auto kind : {Kind::put, Kind::get, Kind::remove})
    CHECK(values.answer({1, kind, "no key", "x"}).status == Status::refused);
}
