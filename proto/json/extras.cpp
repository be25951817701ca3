#include <tubes/proto/json/append.hpp>
#include <tubes/proto/json/extras.hpp>

namespace tubes::json {
namespace {

void append_object(std::string& out, std::string_view key, const std::string& members) {
  if (members.empty()) return;
  append_key(out, key);
  out += '{' + members + '}';
}

bool is_object(std::string_view text) {
  const auto value = single_value(text);
  return value && kind_of(*value) == Kind::object;
}

}  // namespace

std::string Extras::text() const {
  if (top.empty() && data.empty() && meta.empty()) return {};
  std::string out = "{";
  append_object(out, "data", data);
  append_object(out, "meta", meta);
  if (!top.empty()) append_comma(out);
  return out + top + '}';
}

void append_member(std::string& members, const Item& item) {
  if (!members.empty()) members += ',';
  members += item.key;
  members += ':';
  members += item.value;
}

ExtraParts split_extras(std::string_view json) {
  if (!is_object(json)) return {};
  ExtraParts parts;
  parts.top = json;
  Walker walker(json);
  while (const auto item = walker.next()) {
    if (kind_of(item->value) != Kind::object) continue;
    if (key_is(item->key, "data")) parts.data = item->value;
    if (key_is(item->key, "meta")) parts.meta = item->value;
  }
  return parts;
}

}  // namespace tubes::json
