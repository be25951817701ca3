#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// JSON text (RFC 8259) read without a tree: values are slices of the text.
namespace tubes::json {

/// Arrays and objects inside each other beyond this are refused, so that no text can exhaust the
/// stack.
inline constexpr int max_depth = 64;

enum class Kind { object, array, string, number, boolean, null };

/// `value` must be a value that a Walker handed out.
Kind kind_of(std::string_view value) noexcept;
std::string_view name(Kind kind) noexcept;

/// Why a text is not JSON, and at which byte.
struct Fault {
  std::string_view what;
  std::size_t offset = 0;
};

/// What an object or array holds. The key has its quotes and escapes; in an array it is empty.
struct Item {
  std::string_view key, value;
};

/// Goes over the items of one object or array, checking each as it comes. The text must outlive
/// the walker and the items.
class Walker {
 public:
  /// `text` is the whole object or array, with white space around it or without.
  explicit Walker(std::string_view text) : text_(text) {}

  /// The next item; nothing after the last one, or at a fault.
  std::optional<Item> next();

  /// Whether next() ended because the text is no object or array, or is not JSON.
  const std::optional<Fault>& fault() const noexcept { return fault_; }

 private:
  enum class State { before, first, later, ended };

  bool open();
  bool close_or_separate();
  std::nullopt_t fail(Fault fault);

  std::string_view text_;
  std::size_t at_ = 0;
  State state_ = State::before;
  bool object_ = false;
  std::optional<Fault> fault_;
};

/// The one value that `text` is, without the white space around it; nothing if it is not JSON in
/// UTF-8 or holds arrays and objects deeper than `depth`.
std::optional<std::string_view> single_value(std::string_view text, int depth = max_depth);

/// The text of a string value, without quotes and escapes; half a surrogate pair becomes U+FFFD.
std::string unquoted(std::string_view string);

/// Whether a key with its quotes and escapes means `name`.
bool key_is(std::string_view key, std::string_view name);

}  // namespace tubes::json
