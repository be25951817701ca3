#pragma once

#include <cstdint>

#include <tubes/bus/clock.hpp>

namespace tubes::memory {

/// A duration between two.
struct Span {
  Clock::Time least, most;
};

/// Numbers that follow from the seed alone, the same with every standard library (SplitMix64:
/// Steele, Lea, Flood, OOPSLA 2014). Not thread-safe.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept {
    auto z = state_ += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

  /// One of 0 to `count` - 1; `count` is not 0.
  std::uint64_t below(std::uint64_t count) noexcept { return next() % count; }

  bool one_of(std::uint64_t per_mille) noexcept { return below(1'000) < per_mille; }

  Clock::Time within(Span span) noexcept {
    const auto width = static_cast<std::uint64_t>((span.most - span.least).count());
    return span.least + Clock::Time(static_cast<Clock::Time::rep>(below(width + 1)));
  }

 private:
  std::uint64_t state_;
};

}  // namespace tubes::memory
