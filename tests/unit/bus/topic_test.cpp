#include <doctest/doctest.h>

#include <tubes/bus/error.hpp>
#include <tubes/bus/topic.hpp>

using tubes::Filter;
using tubes::is_topic;

TEST_CASE("a topic is dot-separated tokens of letters, digits, underscore and hyphen") {
  for (const char* good : {"in", "in.libera", "a.b.c", "A-1_z", "0"}) CHECK(is_topic(good));
  for (const char* bad :
       {"", ".", "in.", ".in", "a..b", "in*", "in.>", "#pdxbots", "a b", "$ready", "ü", "in\n"})
    CHECK_FALSE(is_topic(bad));
  CHECK_FALSE(is_topic(std::string_view("in\0", 3)));
}

TEST_CASE("a topic has at most 255 bytes") {
  CHECK(is_topic(std::string(255, 'a')));
  CHECK_FALSE(is_topic(std::string(256, 'a')));
}

TEST_CASE("a refused topic is named with the place of its fault") {
  try {
    tubes::require_topic("in.#pdxbots");
    FAIL("it was accepted");
  } catch (const tubes::Error& error) {
    CHECK(error.code() == tubes::ErrorCode::invalid_topic);
    CHECK(std::string(error.what()).find("\"in.#pdxbots\" at byte 3") != std::string::npos);
  }
}

TEST_CASE("a plain filter matches its topic alone") {
  const Filter filter("in");
  CHECK(filter.matches("in"));
  CHECK_FALSE(filter.matches("in2"));
  CHECK_FALSE(filter.matches("in.libera"));
  CHECK_FALSE(filter.matches("i"));
}

TEST_CASE("a filter that ends in .> matches everything below, at any depth, and not itself") {
  const Filter filter("in.>");
  CHECK(filter.matches("in.libera"));
  CHECK(filter.matches("in.libera.raw"));
  CHECK_FALSE(filter.matches("in"));
  CHECK_FALSE(filter.matches("in."));
  CHECK_FALSE(filter.matches("in2.libera"));
}

TEST_CASE("a filter outside the grammar is refused") {
  for (const char* bad : {"", ">", ".>", "in.*", "in>", "*", "in.>.raw", "$stats", "in..>"})
    CHECK_THROWS_AS(Filter{bad}, tubes::Error);
}
