#include <cstddef>

#include <tubes/proto/json/append.hpp>
#include <tubes/proto/text/utf8.hpp>
#include <tubes/proto/unique_nicks.hpp>

namespace tubes::json {
namespace {

void append_escape(std::string& out, unsigned char byte) {
  constexpr std::string_view special = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt";
  constexpr std::string_view hex = "0123456789abcdef";
  out += '\\';
  const std::size_t known = special.find(static_cast<char>(byte));
  if (known != std::string_view::npos) {
    out += letters[known];
    return;
  }
  out += "u00";
  out += hex[byte >> 4];
  out += hex[byte & 15];
}

bool stands_for_itself(unsigned char byte) {
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

}  // namespace

void append(std::string& out, std::string_view text) {
  out += '"';
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (stands_for_itself(byte)) {
      ++at;
      continue;
    }
    const utf8::Step step = utf8::step(text, at);
    if (byte < 0x80 || !step.valid) {
      out += text.substr(copied, at - copied);
      copied = at + step.length;
      if (byte < 0x80) {
        append_escape(out, byte);
      } else {
        out += utf8::replacement;
      }
    }
    at += step.length;
  }
  out += text.substr(copied);
  out += '"';
}

void append(std::string& out, const std::string& text) {
  append(out, std::string_view(text));
}

void append(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  for (const std::string& text : texts) {
    append_comma(out);
    append(out, text);
  }
  out += ']';
}

void append(std::string& out, const in::Nicks& nicks) {
  out += '{';
  for (const auto& [nick, prefix] : unique_nicks(nicks)) {
    append_comma(out);
    append(out, nick);
    out += ':';
    append(out, prefix);
  }
  out += '}';
}

void append(std::string& out, std::uint64_t number) {
  out += std::to_string(number);
}

void append_json(std::string& out, std::string_view text) {
  if (const auto value = single_value(text, max_depth - 1)) {
    out += *value;
  } else {
    append(out, text);
  }
}

void append_comma(std::string& out) {
  if (out.back() != '{' && out.back() != '[') out += ',';
}

void append_key(std::string& out, std::string_view key) {
  append_comma(out);
  out += '"';
  out += key;
  out += "\":";
}

void append_item(std::string& out, const Item& item) {
  append_comma(out);
  out += item.key;
  out += ':';
  out += item.value;
}

}  // namespace tubes::json
