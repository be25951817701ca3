#include <string>
#include <type_traits>
#include <variant>

#include <tubes/proto/json/append.hpp>
#include <tubes/proto/json/extras.hpp>
#include <tubes/proto/json/json.hpp>
#include <tubes/proto/text/base64.hpp>

namespace tubes::json {
namespace {

template <class IsKnown>
void append_unknown(std::string& out, std::string_view object, const IsKnown& is_known) {
  if (object.empty()) return;
  Walker walker(object);
  while (const auto item = walker.next()) {
    if (!is_known(item->key)) append_item(out, *item);
  }
}

/// Whether a key is one of `names`, however it is escaped.
template <class... Name>
auto one_of(Name... names) {
  return [=](std::string_view key) { return (key_is(key, names) || ...); };
}

template <class T>
bool is_field_of(std::string_view key) {
  bool found = false;
  for_each_field<T>([&](const auto& field) { found = found || key_is(key, field.name); });
  return found;
}

template <Described T>
void append_data(std::string& out, const T& message, std::string_view unknown) {
  append_key(out, "data");
  out += '{';
  for_each_field<T>([&](const auto& field) {
    const auto& value = message.*field.member;
    if (field.presence == Presence::optional && is_absent(value)) return;
    append_key(out, field.name);
    append(out, value);
  });
  append_unknown(out, unknown, is_field_of<T>);
  out += '}';
}

void append_data(std::string& out, const UnknownType& message, std::string_view) {
  if (message.data.empty()) return;
  append_key(out, "data");
  append_json(out, message.data);
}

void append_meta(std::string& out, const Envelope& envelope, std::string_view unknown) {
  std::string meta = "{";
  if (envelope.meta != Meta{}) {
    append_key(meta, "publisher");
    append(meta, envelope.meta.publisher);
    append_key(meta, "sequence");
    append(meta, envelope.meta.sequence);
  }
  append_unknown(meta, unknown, one_of("publisher", "sequence", "protobuf"));
  if (!envelope.unknown.protobuf.empty()) {
    append_key(meta, "protobuf");
    append(meta, base64::encode(envelope.unknown.protobuf));
  }
  if (meta.size() == 1) return;
  append_key(out, "meta");
  out += meta + '}';
}

template <class T>
void append_other_members(std::string& out, std::string_view unknown) {
  if constexpr (std::is_same_v<T, out::Raw>) {
    append_unknown(out, unknown, one_of("version", "type", "data", "meta", "command"));
  } else {
    append_unknown(out, unknown, one_of("version", "type", "data", "meta"));
  }
}

template <class T>
std::string encode_as(const T& message, const Envelope& envelope) {
  const ExtraParts unknown = split_extras(envelope.unknown.json);
  std::string out;
  out.reserve(256);
  out += R"({"version":1,"type":)";
  append(out, type_name(envelope.message));
  append_data(out, message, unknown.data);
  append_meta(out, envelope, unknown.meta);
  append_other_members<T>(out, unknown.top);
  out += '}';
  return out;
}

std::string encode_as(const WebIn& message, const Envelope& envelope) {
  std::string out = R"({"app":)";
  append(out, message.app);
  append_key(out, "body");
  append_json(out, message.body);
  append_unknown(out, split_extras(envelope.unknown.json).top, one_of("app", "body"));
  out += '}';
  return out;
}

}  // namespace

std::string encode(const Envelope& envelope) {
  return std::visit([&](const auto& message) { return encode_as(message, envelope); },
                    envelope.message);
}

}  // namespace tubes::json
