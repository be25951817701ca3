#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

/// What a fuzzer defines: any bytes go in; a promise that is broken ends the program. libFuzzer
/// calls it with what it makes up, replay.cpp with the files of the corpus. Returns 0, or -1 for
/// an input that says nothing about what is tested.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace tubes::fuzz {

/// Ends the program unless the promise, a sentence, is kept. `seen` is shown.
inline void require(bool kept, std::string_view promise, std::string_view seen = {}) {
  if (kept) return;
  std::fprintf(stderr, "BROKEN: %.*s\n  %.*s\n", static_cast<int>(promise.size()), promise.data(),
               static_cast<int>(seen.size()), seen.data());
  std::abort();
}

/// The input as a row of choices, taken from its front; zeros once it is used up.
class Choices {
 public:
  Choices(const std::uint8_t* data, std::size_t size)
      : left_(reinterpret_cast<const char*>(data), size) {}

  bool any() const noexcept { return !left_.empty(); }

  unsigned byte() noexcept {
    if (left_.empty()) return 0;
    const auto first = static_cast<unsigned char>(left_.front());
    left_.remove_prefix(1);
    return first;
  }
  /// Less than `end`, which is at most 256.
  unsigned below(unsigned end) noexcept { return byte() % end; }

  std::string_view bytes(std::size_t size) noexcept {
    const auto taken = left_.substr(0, size);
    left_.remove_prefix(taken.size());
    return taken;
  }
  /// A length of one byte, and so many bytes.
  std::string_view text() noexcept { return bytes(byte()); }
  std::string_view rest() noexcept { return bytes(left_.size()); }

 private:
  std::string_view left_;
};

/// Hands `text` over in pieces whose sizes follow from `seed`; some are one byte.
template <class Take>
void in_pieces(std::string_view text, unsigned seed, Take take) {
  while (!text.empty()) {
    seed = seed * 1'103'515'245U + 12'345U;
    const std::size_t size = (seed >> 16) % 4 == 0 ? 1 : 1 + (seed >> 18) % 23;
    take(text.substr(0, size));
    text.remove_prefix(std::min(size, text.size()));
  }
}

}  // namespace tubes::fuzz
