#include <algorithm>
#include <charconv>

#include <tubes/proto/json/scanner.hpp>
#include <tubes/proto/json/walker.hpp>
#include <tubes/proto/text/utf8.hpp>

namespace tubes::json {
namespace {

char32_t hex4(std::string_view digits) {
  unsigned value = 0;
  const auto four = digits.substr(0, 4);
  std::from_chars(four.begin(), four.end(), value, 16);
  return value;
}

bool is_high_surrogate(char32_t c) {
  return c >= 0xD800 && c < 0xDC00;
}
bool is_low_surrogate(char32_t c) {
  return c >= 0xDC00 && c < 0xE000;
}

/// Appends what the escape at the start of `text` means, and returns its length.
std::size_t append_escape(std::string& out, std::string_view text) {
  constexpr std::string_view letters = "bfnrt", meanings = "\b\f\n\r\t";
  if (text[1] != 'u') {
    const std::size_t known = letters.find(text[1]);
    out += known == std::string_view::npos ? text[1] : meanings[known];
    return 2;
  }
  const char32_t first = hex4(text.substr(2));
  if (is_high_surrogate(first) && text.size() >= 12 && text.substr(6, 2) == "\\u") {
    const char32_t second = hex4(text.substr(8));
    if (is_low_surrogate(second)) {
      utf8::append(out, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
      return 12;
    }
  }
  utf8::append(out, first);
  return 6;
}

std::string_view inside_quotes(std::string_view string) {
  return string.substr(1, string.size() - 2);
}

}  // namespace

std::optional<Item> Walker::next() {
  if (state_ == State::before && !open()) return std::nullopt;
  if (state_ == State::ended || !close_or_separate()) return std::nullopt;
  Scanner scanner(text_, at_);
  scanner.skip_space();
  Item item;
  if (object_) {
    const std::size_t key = scanner.position();
    if (!scanner.string()) return fail(scanner.fault());
    item.key = text_.substr(key, scanner.position() - key);
    scanner.skip_space();
    if (!scanner.take(':')) return fail({"a colon is missing after a key", scanner.position()});
    scanner.skip_space();
  }
  const std::size_t value = scanner.position();
  if (!scanner.value(max_depth - 1)) return fail(scanner.fault());
  at_ = scanner.position();
  item.value = text_.substr(value, at_ - value);
  return item;
}

bool Walker::open() {
  Scanner scanner(text_);
  scanner.skip_space();
  object_ = scanner.take('{');
  const bool opened = object_ || scanner.take('[');
  at_ = scanner.position();
  state_ = State::first;
  if (!opened) fail({"it is neither an object nor an array", at_});
  return opened;
}

/// True if another item follows.
bool Walker::close_or_separate() {
  Scanner scanner(text_, at_);
  scanner.skip_space();
  const bool first = state_ == State::first;
  state_ = State::later;
  if (scanner.take(object_ ? '}' : ']')) {
    state_ = State::ended;
    scanner.skip_space();
    if (!scanner.at_end()) fail({"something follows its end", scanner.position()});
    return false;
  }
  if (!first && !scanner.take(',')) {
    fail({"a comma or a closing brace is missing", scanner.position()});
    return false;
  }
  at_ = scanner.position();
  return true;
}

std::nullopt_t Walker::fail(Fault fault) {
  state_ = State::ended;
  fault_ = fault;
  return std::nullopt;
}

Kind kind_of(std::string_view value) noexcept {
  switch (value.front()) {
    case '{':
      return Kind::object;
    case '[':
      return Kind::array;
    case '"':
      return Kind::string;
    case 't':
    case 'f':
      return Kind::boolean;
    case 'n':
      return Kind::null;
    default:
      return Kind::number;
  }
}

std::string_view name(Kind kind) noexcept {
  constexpr std::string_view names[] = {"object", "array", "string", "number", "boolean", "null"};
  return names[static_cast<std::size_t>(kind)];
}

std::optional<std::string_view> single_value(std::string_view text, int depth) {
  Scanner scanner(text);
  scanner.skip_space();
  const std::size_t start = scanner.position();
  if (!scanner.value(depth)) return std::nullopt;
  const std::size_t end = scanner.position();
  scanner.skip_space();
  if (!scanner.at_end() || !utf8::is_valid(text)) return std::nullopt;
  return text.substr(start, end - start);
}

std::string unquoted(std::string_view string) {
  const std::string_view text = inside_quotes(string);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t escape = std::min(text.find('\\', at), text.size());
    out += text.substr(at, escape - at);
    at = escape;
    if (at < text.size()) at += append_escape(out, text.substr(at));
  }
  return out;
}

bool key_is(std::string_view key, std::string_view name) {
  const std::string_view text = inside_quotes(key);
  return text == name || (text.find('\\') != std::string_view::npos && unquoted(key) == name);
}

}  // namespace tubes::json
