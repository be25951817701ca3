#pragma once

#include <cstddef>
#include <string_view>

#include <tubes/proto/json/walker.hpp>

namespace tubes::json {

/// Moves over a JSON text, one element of its grammar at a time. Each scan returns false at the
/// first fault, which then says what and where.
class Scanner {
 public:
  explicit Scanner(std::string_view text, std::size_t at = 0) : text_(text), at_(at) {}

  void skip_space() noexcept;
  /// Takes `c` if it is next.
  bool take(char c) noexcept;
  /// A value that may hold arrays and objects `depth` deep.
  bool value(int depth);
  bool string();

  bool at_end() const noexcept { return at_ == text_.size(); }
  std::size_t position() const noexcept { return at_; }
  const Fault& fault() const noexcept { return fault_; }
  bool fail(std::string_view what) noexcept;

 private:
  bool object(int depth);
  bool array(int depth);
  bool escape();
  bool number();
  bool digits();
  bool word(std::string_view expected);
  char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }

  std::string_view text_;
  std::size_t at_;
  Fault fault_;
};

}  // namespace tubes::json
