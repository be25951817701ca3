#include <tubes/proto/json/scanner.hpp>

namespace tubes::json {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

void Scanner::skip_space() noexcept {
  while (!at_end() && is_space(text_[at_])) ++at_;
}

bool Scanner::take(char c) noexcept {
  if (at_end() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool Scanner::fail(std::string_view what) noexcept {
  fault_ = {what, at_};
  return false;
}

bool Scanner::value(int depth) {
  if (at_end()) return fail("it ends where a value should stand");
  switch (text_[at_]) {
    case '{':
      return object(depth);
    case '[':
      return array(depth);
    case '"':
      return string();
    case 't':
      return word("true");
    case 'f':
      return word("false");
    case 'n':
      return word("null");
    default:
      return number();
  }
}

bool Scanner::object(int depth) {
  if (depth == 0) return fail("it is nested too deep");
  take('{');
  skip_space();
  if (take('}')) return true;
  do {
    skip_space();
    if (!string()) return false;
    skip_space();
    if (!take(':')) return fail("a colon is missing after a key");
    skip_space();
    if (!value(depth - 1)) return false;
    skip_space();
  } while (take(','));
  return take('}') || fail("a comma or a closing brace is missing");
}

bool Scanner::array(int depth) {
  if (depth == 0) return fail("it is nested too deep");
  take('[');
  skip_space();
  if (take(']')) return true;
  do {
    skip_space();
    if (!value(depth - 1)) return false;
    skip_space();
  } while (take(','));
  return take(']') || fail("a comma or a closing bracket is missing");
}

bool Scanner::string() {
  if (!take('"')) return fail("a string in double quotes is missing");
  while (!at_end()) {
    const char c = text_[at_];
    if (static_cast<unsigned char>(c) < 0x20) return fail("a control character in a string");
    ++at_;
    if (c == '"') return true;
    if (c == '\\' && !escape()) return false;
  }
  return fail("a string is not closed");
}

bool Scanner::escape() {
  if (!take('u')) {
    if (at_end() || std::string_view("\"\\/bfnrt").find(text_[at_]) == std::string_view::npos) {
      return fail("an escape in a string is unknown");
    }
    ++at_;
    return true;
  }
  for (int n = 0; n < 4; ++n, ++at_) {
    if (!is_hex(peek())) return fail("an escape \\u lacks four hexadecimal digits");
  }
  return true;
}

bool Scanner::number() {
  take('-');
  if (!is_digit(peek())) return fail("a value is missing");
  if (!take('0')) digits();
  if (take('.') && !digits()) return fail("a number lacks digits after its point");
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    if (!digits()) return fail("a number lacks digits in its exponent");
  }
  return true;
}

bool Scanner::digits() {
  const std::size_t start = at_;
  while (is_digit(peek())) ++at_;
  return at_ > start;
}

bool Scanner::word(std::string_view expected) {
  if (text_.substr(at_, expected.size()) != expected) return fail("a value is missing");
  at_ += expected.size();
  return true;
}

}  // namespace tubes::json
