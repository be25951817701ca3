#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "hub_place.hpp"

namespace tubes::test {

/// A case that the fault makes fail, and what its reason has to contain; "" where chance decides.
struct FoundBy {
  std::string name;
  std::string why;
};

/// A bus with one fault, and the cases of the suite that find it out.
struct Broken {
  Fault fault;
  std::vector<FoundBy> found_by;
};

/// All broken buses of this program.
const std::deque<Broken>& broken_buses();
const Broken& declare(Broken broken);

/// Fails unless each of its cases fails, for the reason it has to.
void expect_found_out(const Broken& broken);

template <class Decorator>
std::unique_ptr<Driver> driver(std::unique_ptr<Driver> inner) {
  return std::make_unique<Decorator>(std::move(inner));
}

template <class Decorator>
std::unique_ptr<Bus> bus(std::unique_ptr<Bus> inner) {
  return std::make_unique<Decorator>(std::move(inner));
}

}  // namespace tubes::test

/// BROKEN_BUS(sentence, {fault}, {found by…}): a broken bus, and the test that it is found out.
#define BROKEN_BUS(sentence, ...) \
  BROKEN_BUS_AS(DOCTEST_ANONYMOUS(broken_bus_), sentence, __VA_ARGS__)
#define BROKEN_BUS_AS(entry, sentence, ...)                                          \
  static const ::tubes::test::Broken& entry = ::tubes::test::declare({__VA_ARGS__}); \
  TEST_CASE("found out: " sentence) {                                                \
    ::tubes::test::expect_found_out(entry);                                          \
  }
