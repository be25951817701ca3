#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tubes/bus/error.hpp>

// What cases are written with. One case runs in a process, so what it found wrong and how long it
// waits belong to the process.
namespace tubes::conformance {

/// Ends a case. What is thrown inside a handler, where the bus catches it, counts all the same.
class Failure : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Notes the failure, and throws it. Thread-safe.
[[noreturn]] void fail(const std::string& what);
/// Notes the failure alone: for destructors.
void note_failure(const std::string& what) noexcept;
/// The first failure noted, or "".
std::string first_failure();
/// Calls `tell` with it as soon as there is one.
void on_first_failure(std::function<void(const std::string&)> tell);

/// How long to wait for what must come.
std::chrono::milliseconds patience();
void set_patience(std::chrono::milliseconds patience);

/// A value in the text of a failure, shortened.
std::string shown(std::string_view text);
template <class T>
std::string text_of(const T& value) {
  if constexpr (std::convertible_to<const T&, std::string_view>)
    return shown(value);
  else if constexpr (std::is_same_v<T, bool>)
    return value ? "true" : "false";
  else if constexpr (std::is_arithmetic_v<T>)
    return std::to_string(value);
  else if constexpr (requires { name(value); })
    return std::string(name(value));
  else if constexpr (requires { value.load(); })
    return text_of(value.load());
  else if constexpr (requires { value.has_value(); })
    return value ? text_of(*value) : "none";
  else if constexpr (std::ranges::sized_range<T>) {
    std::string text = std::to_string(std::ranges::size(value)) + " {";
    for (const auto& element : value | std::views::take(20)) text += text_of(element) + ", ";
    return text + (std::ranges::size(value) > 20 ? "…}" : "}");
  } else
    return "a value";
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The Error that `call` throws; a failure if it throws none.
template <class Call>
Error error_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  fail("no error was thrown where one had to be");
}

template <class A, class B>
bool same(const A& a, const B& b) {
  if constexpr (std::integral<A> && std::integral<B> && !std::is_same_v<A, bool>)
    return std::cmp_equal(a, b);
  else
    return a == b;
}

#define TUBES_WHERE std::string(__FILE__) + ":" + std::to_string(__LINE__) + ": "

#define EXPECT(condition)                                                              \
  do {                                                                                 \
    if (!(condition)) ::tubes::conformance::fail(TUBES_WHERE #condition " is not so"); \
  } while (false)

/// EXPECT_EQUAL(what is, what it has to be).
#define EXPECT_EQUAL(actual, ...)                                                             \
  do {                                                                                        \
    const auto& actual_value = (actual);                                                      \
    const auto& expected_value = (__VA_ARGS__);                                               \
    if (!::tubes::conformance::same(actual_value, expected_value))                            \
      ::tubes::conformance::fail(TUBES_WHERE #actual " is " +                                 \
                                 ::tubes::conformance::text_of(actual_value) + ", and not " + \
                                 ::tubes::conformance::text_of(expected_value));              \
  } while (false)

}  // namespace tubes::conformance
